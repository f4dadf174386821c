Extension: LeadwireAlertState
Id: leadwire-alert-state
Title: "Leadwire alert state"
Description: "How far the alert is, as we last told it. Where the status says something else, somebody at the EHR has set it, and that is heard."
* ^context[0].type = #element
* ^context[0].expression = "CommunicationRequest"
* ^context[1].type = #element
* ^context[1].expression = "Flag"
* ^context[2].type = #element
* ^context[2].expression = "DetectedIssue"
* value[x] only code
* value[x] 1..1
* valueCode from LeadwireAlertStateVS (required)

CodeSystem: LeadwireAlertStates
Id: alert-state
Title: "States of a Leadwire alert"
Description: "From its raising to its end."
* ^url = "https://leadwire.dev/fhir/CodeSystem/alert-state"
* ^caseSensitive = true
* ^experimental = false
* #raised "Raised, on its way"
* #delivered "A destination holds it"
* #acknowledged "Somebody has taken it"
* #escalated "Nobody took it in time, or more help was asked for"
* #resolved "Somebody is done with it"
* #superseded "Another alert, or a corrected ECG, stands in its place"
* #withdrawn "It was taken back"

ValueSet: LeadwireAlertStateVS
Id: alert-state
Title: "States of a Leadwire alert"
Description: "All of them."
* ^url = "https://leadwire.dev/fhir/ValueSet/alert-state"
* ^experimental = false
* include codes from system LeadwireAlertStates

Profile: LeadwireAlertCommunication
Parent: CommunicationRequest
Id: leadwire-alert-communication
Title: "Leadwire alert as CommunicationRequest"
Description: "Somebody is asked to read an ECG now. Completed once somebody has taken it; revoked once its ECG was corrected, withdrawn or turned out to be another patient's."
* extension contains LeadwireAlertState named state 0..1
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
Description: "The same as a flag on the patient, for a site whose board shows flags. Inactive once somebody is done with it or it no longer counts."
* extension contains LeadwireAlertState named state 0..1
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
Description: "The same as a detected issue, for a site that works those off. Final once somebody has taken it, cancelled once it no longer counts."
* extension contains LeadwireAlertState named state 0..1
* insert OurNumber(alert)
* code 1..1
* code from LeadwireFindingVS (extensible)
* severity 1..1
* patient 1..1 MS
* identified[x] only dateTime
* implicated 1..*
* detail 1..1
