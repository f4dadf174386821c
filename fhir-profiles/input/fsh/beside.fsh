Profile: LeadwireDevice
Parent: Device
Id: leadwire-device
Title: "Leadwire AI device"
Description: "The networks that answered, as one device: its number changes with any of their weights."
* insert OurNumber(model-set)
* status = #active
* deviceName 1..*
* modelNumber 1..1
* type 1..1
* type = $aiDeviceType#Artificial-Intelligence

Profile: LeadwireProvenance
Parent: Provenance
Id: leadwire-provenance
Title: "Leadwire provenance"
Description: "Who made what: the AI device, from the source ECG, by the models of these cards, and in the place of which earlier assessment."
* meta.tag 1..*
* target 1..* MS
* agent 1..1
* agent.type 1..1
* agent.type = $participant#author
* agent.who only Reference(Device)
* entity 1..* MS
* entity ^comment = "source: the ECG, and the card of each model. revision: the assessment of the ECG before it was corrected."

Profile: LeadwireIntervals
Parent: Observation
Id: leadwire-intervals
Title: "Leadwire rate and intervals"
Description: "Measured on the trace by a program. A value that could not be told is absent with its reason."
* insert OurNumber(part)
* insert OneCode(category, $category, procedure)
* code = LeadwireMeasure#intervals
* subject 1..1 MS
* derivedFrom 1..*
* value[x] 0..0
* component 1..* MS
* component.value[x] only Quantity
* component.valueQuantity.system = $ucum (exactly)

Profile: LeadwireStLevels
Parent: Observation
Id: leadwire-st-levels
Title: "Leadwire ST levels"
Description: "ST level of each lead at the J point above the level before the QRS, on the median beat. 0.1 mV is one millimetre on paper. A lead that could not be measured is absent."
* insert OurNumber(part)
* insert OneCode(category, $category, procedure)
* code = LeadwireMeasure#st-levels
* subject 1..1 MS
* derivedFrom 1..*
* value[x] 0..0
* component 1..15 MS
* component.value[x] 1..1
* component.value[x] only Quantity
* component.valueQuantity.system = $ucum (exactly)
* component.valueQuantity.code = #mV

Profile: LeadwireEvidencePicture
Parent: DocumentReference
Id: leadwire-evidence-picture
Title: "Leadwire evidence picture"
Description: "The ECG on its paper with what was found drawn in; no name of the patient in it."
* insert OurNumber(part)
* docStatus 1..1
* type = LeadwireKind#ecg-evidence
* subject 1..1 MS
* content 1..1
* content.attachment.contentType = #image/png (exactly)
* content.attachment.data 1..1

Profile: LeadwireEvidenceMedia
Parent: Media
Id: leadwire-evidence-media
Title: "Leadwire evidence picture as Media"
Description: "The same picture, for a site that files pictures as Media."
* insert OurNumber(part)
* modality 1..1
* modality = LeadwireKind#ecg-evidence
* subject 1..1 MS
* content.contentType = #image/png (exactly)
* content.data 1..1

Profile: LeadwireEcgObservation
Parent: Observation
Id: leadwire-ecg-observation
Title: "A 12-lead ECG as Leadwire takes it"
Description: "One component of SampledData for each lead; eight leads are enough, the others follow. Figures of the recorder may stand beside them. Other codes are taken too; this is the form that our own tools write."
* code = $loinc#11524-6
* component 8..500 MS
* component ^comment = "value = data * factor + origin, in the unit of origin (mV or uV)."
