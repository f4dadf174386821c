/** Names under which the composition roots hand things to each other. */
export const CONFIG = Symbol('Config');
export const LOG = Symbol('Log');
export const LEDGER = Symbol('Ledger');
export const QUEUE = Symbol('WorkQueue');
export const POLICY = Symbol('Policy');
/** What the models folder holds: cards, the name of the set, and what is wrong with it. */
export const MODELS = Symbol('Models');
/** Reads pictures of paper ECGs, outside of this process. */
export const PICTURES = Symbol('PictureReader');
/** The hall where every door ends. */
export const INTAKE = Symbol('Intake');
/** What each destination takes, for the health page. */
export const DESTINATION_NOTES = Symbol('DestinationNotes');
