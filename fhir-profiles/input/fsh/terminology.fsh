CodeSystem: LeadwireFinding
Id: finding
Title: "Leadwire findings"
Description: "What a model may find in an ECG. Terminologies have no code for an occluded artery told by an ECG; where one is near, it stands beside ours in each resource and in the concept map."
* ^url = "https://leadwire.dev/fhir/CodeSystem/finding"
* ^caseSensitive = true
* ^experimental = false
* #omi "Occlusion myocardial infarction" "An acutely occluded, or nearly occluded, coronary artery."
* #culprit-lm "Culprit: left main" "Given an occlusion, the left main artery."
* #culprit-lad-proximal "Culprit: proximal LAD" "Given an occlusion, the left anterior descending artery before its first large branches."
* #culprit-lad-mid "Culprit: mid or distal LAD" "Given an occlusion, the left anterior descending artery behind them."
* #culprit-lad "Culprit: LAD" "Given an occlusion, the left anterior descending artery."
* #culprit-lcx "Culprit: LCX" "Given an occlusion, the circumflex artery."
* #culprit-rca "Culprit: RCA" "Given an occlusion, the right coronary artery."
* #lbbb-omi "Occlusion in left bundle branch block" "An occlusion, in an ECG with left bundle branch block."
* #ami "Acute myocardial infarction" "Any acute infarction, with or without an occlusion."
* #arrest "Imminent cardiac arrest" "Cardiac arrest within the time that the model's card names."
* insert FindingsOfTheModelsShipped

ValueSet: LeadwireFindingVS
Id: finding
Title: "Leadwire findings"
Description: "Our findings. Models of a site's own bring codes of their own."
* ^url = "https://leadwire.dev/fhir/ValueSet/finding"
* ^experimental = false
* include codes from system LeadwireFinding

Instance: finding-to-snomed
InstanceOf: ConceptMap
Usage: #definition
Title: "Leadwire findings beside SNOMED CT"
* url = "https://leadwire.dev/fhir/ConceptMap/finding-to-snomed"
* name = "LeadwireFindingToSnomed"
* status = #active
* experimental = false
* description = "The nearest concept of the Global Patient Set. Wider means that it says less than our finding."
* sourceCanonical = "https://leadwire.dev/fhir/ValueSet/finding"
* targetUri = "http://snomed.info/sct?fhir_vs"
* group[0].source = "https://leadwire.dev/fhir/CodeSystem/finding"
* group[0].target = $sct
* insert Mapped(0, omi, 57054005, wider)
* insert Mapped(1, culprit-lm, 3227004, wider)
* insert Mapped(2, culprit-lad-proximal, 59438005, wider)
* insert Mapped(3, culprit-lad-mid, 59438005, wider)
* insert Mapped(4, culprit-lad, 59438005, wider)
* insert Mapped(5, culprit-lcx, 57396003, wider)
* insert Mapped(6, culprit-rca, 13647002, wider)
* insert Mapped(7, ami, 57054005, equivalent)
* insert Mapped(8, arrest, 410429000, wider)

RuleSet: Mapped(at, ours, theirs, how)
* group[0].element[{at}].code = #{ours}
* group[0].element[{at}].target[0].code = #{theirs}
* group[0].element[{at}].target[0].equivalence = #{how}
* group[0].element[{at}].target[0].comment = "Stands beside ours in every resource."

CodeSystem: LeadwireKind
Id: kind
Title: "Kinds of Leadwire resources"
Description: "What a resource is, where no terminology has a code for it."
* ^url = "https://leadwire.dev/fhir/CodeSystem/kind"
* ^caseSensitive = true
* ^experimental = false
* #ecg-risk "Risk assessment of a 12-lead ECG"
* #neural-networks "By neural networks"
* #ecg-evidence "12-lead ECG with the evidence of its risk assessment"

CodeSystem: LeadwireMeasure
Id: measure
Title: "Leadwire measures"
Description: "What was measured on a trace, where LOINC and MDC have no code of that meaning."
* ^url = "https://leadwire.dev/fhir/CodeSystem/measure"
* ^caseSensitive = true
* ^experimental = false
* #intervals "Rate and intervals of a 12-lead ECG"
* #st-levels "ST levels of a 12-lead ECG, at the J point"
* #heart-rate "Heart rate"
* #st-i "ST level in lead I"
* #st-ii "ST level in lead II"
* #st-iii "ST level in lead III"
* #st-avr "ST level in lead aVR"
* #st-avl "ST level in lead aVL"
* #st-avf "ST level in lead aVF"
* #st-v1 "ST level in lead V1"
* #st-v2 "ST level in lead V2"
* #st-v3 "ST level in lead V3"
* #st-v4 "ST level in lead V4"
* #st-v5 "ST level in lead V5"
* #st-v6 "ST level in lead V6"

CodeSystem: LeadwireStanding
Id: standing
Title: "How far a Leadwire result may be relied on"
Description: "A tag of every resource that was made without an approved policy and validated models."
* ^url = "https://leadwire.dev/fhir/CodeSystem/standing"
* ^caseSensitive = true
* ^experimental = false
* #evaluation-only "For evaluation only, not for care"
