/** What a client writes. */
export interface DocumentFields {
  title: string;
  content: string;
}

/** One entry of a document's history. */
export interface Version extends DocumentFields {
  version: number;
}

/** A document as a client reads it. */
export interface Document extends Version {
  id: string;
}

/** A document as it is stored. */
export interface StoredDocument {
  document: Document;
  deleted: boolean;
}
