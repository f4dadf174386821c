RuleSet: OurNumber(system)
* identifier 1..* MS
* identifier ^slicing.discriminator.type = #value
* identifier ^slicing.discriminator.path = "system"
* identifier ^slicing.rules = #open
* identifier contains ours 1..1 MS
* identifier[ours].system 1..1
* identifier[ours].system = "https://leadwire.dev/fhir/identifier/{system}" (exactly)
* identifier[ours].value 1..1

RuleSet: OneCode(element, system, code)
* {element} 1..1
* {element}.coding 1..1
* {element}.coding.system = {system} (exactly)
* {element}.coding.code = #{code} (exactly)

Profile: LeadwireRiskAssessment
Parent: RiskAssessment
Id: leadwire-risk-assessment
Title: "Leadwire risk assessment of a 12-lead ECG"
Description: "What networks found in one ECG, with the reasons. Preliminary until a clinician confirms it; entered-in-error once its ECG was corrected, withdrawn or turned out to be another patient's. A finding that is absent was not looked for or withheld, which a note says; it is never a normal ECG."
* insert OurNumber(assessment)
* status MS
* method 1..1
* code 1..1
* code = LeadwireKind#ecg-risk
* subject MS
* subject only Reference(Patient)
* encounter MS
* occurrence[x] only dateTime
* occurrenceDateTime MS
* performer MS
* performer only Reference(Device)
* basis 1..* MS
* basis ^comment = "The ECG first, by the EHR's own reference or by our number for it; then what was measured and drawn of it."
* prediction MS
* prediction.outcome 1..1 MS
* prediction.outcome from LeadwireFindingVS (extensible)
* prediction.probability[x] MS
* prediction.probability[x] ^definition = "A decimal is a fraction from 0 to 1, as in HL7's own examples: 0.93 is 93 percent. A range is in percent. The rationale says the same in words."
* prediction.probabilityDecimal ^maxValueDecimal = 1.0
* prediction.qualitativeRisk 1..1 MS
* prediction.qualitativeRisk from http://hl7.org/fhir/ValueSet/risk-probability (required)
* prediction.rationale 1..1 MS
* prediction.rationale ^comment = "The probability in percent, the threshold and where it comes from, how the networks differ, the model and its labels."
* note 1..* MS

Profile: LeadwireReport
Parent: DiagnosticReport
Id: leadwire-report
Title: "Leadwire result as DiagnosticReport"
Description: "The same words as the risk assessment, for a server that takes none."
* insert OurNumber(assessment)
* status MS
* code = LeadwireKind#ecg-risk
* subject 1..1 MS
* conclusion 1..1 MS
* conclusionCode from LeadwireFindingVS (extensible)

Profile: LeadwireResultObservation
Parent: Observation
Id: leadwire-result-observation
Title: "Leadwire result as Observation"
Description: "The same findings as the risk assessment, for a server that takes neither that nor a DiagnosticReport."
* insert OurNumber(assessment)
* status MS
* code = LeadwireKind#ecg-risk
* subject 1..1 MS
* derivedFrom 1..*
* component.code from LeadwireFindingVS (extensible)
* component.value[x] 1..1
* component.value[x] only Quantity
* note 1..*

Profile: LeadwireResultDocument
Parent: DocumentReference
Id: leadwire-result-document
Title: "Leadwire result as a document"
Description: "The result in words, for a server that takes nothing better."
* insert OurNumber(assessment)
* docStatus 1..1
* type = LeadwireKind#ecg-risk
* subject 1..1 MS
* content.attachment.contentType 1..1
* content.attachment.data 1..1
