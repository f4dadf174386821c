// Written by `npm run profiles` from the model cards.
RuleSet: FindingsOfTheModelsShipped
* #infarct-pattern-trace-labels "Infarct pattern, trace-reading labels"
