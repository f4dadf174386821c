Profile: LeadwireAlertCommunication
Parent: CommunicationRequest
Id: leadwire-alert-communication
Title: "Leadwire alert as CommunicationRequest"
Description: "Somebody is asked to read an ECG now. Revoked once its ECG was corrected, withdrawn or turned out to be another patient's."
* insert OurNumber(alert)
* insert OneCode(category, $communicationCategory, alert)
* priority 1..1
* priority = #stat (exactly)
* subject 1..1 MS
* about 1..*
* payload 1..1
* payload.content[x] only string
* authoredOn 1..1
* reasonCode 1..*
* reasonCode from LeadwireFindingVS (extensible)

Profile: LeadwireAlertFlag
Parent: Flag
Id: leadwire-alert-flag
Title: "Leadwire alert as Flag"
Description: "The same as a flag on the patient, for a site whose board shows flags. Inactive once it no longer counts."
* insert OurNumber(alert)
* insert OneCode(category, $flagCategory, clinical)
* code from LeadwireFindingVS (extensible)
* code.text 1..1
* subject only Reference(Patient)
* period 1..1
* period.start 1..1

Profile: LeadwireAlertIssue
Parent: DetectedIssue
Id: leadwire-alert-issue
Title: "Leadwire alert as DetectedIssue"
Description: "The same as a detected issue, for a site that works those off."
* insert OurNumber(alert)
* code 1..1
* code from LeadwireFindingVS (extensible)
* severity 1..1
* patient 1..1 MS
* identified[x] only dateTime
* implicated 1..*
* detail 1..1
