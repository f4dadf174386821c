// Written by `npm run profiles` from the model cards.
RuleSet: FindingsOfTheModelsShipped
* #anterior-infarct-pattern-trace-reading "Anterior infarct or injury pattern, trace-reading labels"
* #culprit-lcx-like-pattern-simulated "Pattern as of the circumflex artery, simulated labels"
* #culprit-lm-lad-like-pattern-simulated "Pattern as of the left main or LAD, simulated labels"
* #culprit-rca-like-pattern-simulated "Pattern as of the right coronary artery, simulated labels"
* #infarct-like-pattern-without-occlusion-simulated "Infarct-like pattern without occlusion, old or subendocardial, simulated labels"
* #infarct-pattern-trace-reading "Infarct or injury pattern, old ones included, trace-reading labels"
* #inferior-infarct-pattern-trace-reading "Inferior infarct or injury pattern, trace-reading labels"
* #lbbb-pattern-trace-reading "Left bundle branch block pattern, trace-reading labels"
* #malignant-pattern-surrogate "Malignant rhythm or acute infarct pattern, surrogate labels"
* #mi-pattern-trace "Infarct or injury pattern, trace-reading labels"
* #occlusion-like-pattern-simulated "Occlusion-like pattern, simulated labels"
