import { Injectable } from "@nestjs/common";

import type { Document, DocumentFields, StoredDocument, Version } from "./document.ts";
import { DocumentsRepository } from "./documents.repository.ts";
import { entityTag, matchesStrongly } from "./entity-tags.ts";
import { Problem } from "./problem.ts";

const ID = /^[a-z0-9-]{1,64}$/;
const VERSION_NUMBER = /^[1-9][0-9]*$/;

type IfMatch = string | undefined;

/**
 * The rules of the documents. Ids are taken as they stand in the path and checked here, because a faulty body
 * comes before a faulty id; what cannot be done is thrown as a Problem.
 */
@Injectable()
export class DocumentsService {
  constructor(private readonly repository: DocumentsRepository) {}

  get(id: string): Document {
    return this.getLive(id);
  }

  create(id: string, { title, content }: DocumentFields): Document {
    return this.repository.transaction(() => {
      if (this.findLive(id)) throw Problem.preconditionFailed();
      const document = { id, title, content, version: 1 };
      this.repository.add(document);
      return document;
    });
  }

  replace(id: string, fields: DocumentFields, ifMatch: IfMatch): Document {
    return this.repository.transaction(() => this.revise(requireMatch(ifMatch, this.findLive(id)), fields));
  }

  change(id: string, changes: Partial<DocumentFields>, ifMatch: IfMatch): Document {
    return this.repository.transaction(() => this.revise(requireMatch(ifMatch, this.getLive(id)), changes));
  }

  delete(id: string, ifMatch: IfMatch): void {
    this.repository.transaction(() => {
      requireMatch(ifMatch, this.getLive(id));
      this.repository.markDeleted(id);
    });
  }

  restore(id: string): Document {
    return this.repository.transaction(() => {
      const stored = this.find(id);
      if (!stored) throw Problem.notFound();
      if (!stored.deleted) throw Problem.notDeleted();
      return this.revise(stored.document, {});
    });
  }

  versions(id: string): Version[] {
    const versions = this.repository.versions(id);
    if (versions.length === 0) throw Problem.notFound();
    return versions;
  }

  version(id: string, number: string): Version {
    const version = VERSION_NUMBER.test(number) ? this.repository.version(id, Number(number)) : undefined;
    if (!version) throw Problem.notFound();
    return version;
  }

  private find(id: string): StoredDocument | undefined {
    if (!ID.test(id)) throw Problem.notFound();
    return this.repository.find(id);
  }

  private findLive(id: string): Document | undefined {
    const stored = this.find(id);
    if (stored?.deleted) throw Problem.deleted();
    return stored?.document;
  }

  private getLive(id: string): Document {
    const document = this.findLive(id);
    if (!document) throw Problem.notFound();
    return document;
  }

  private revise(current: Document, changes: Partial<DocumentFields>): Document {
    const document = { ...current, ...changes, version: current.version + 1 };
    this.repository.revise(document);
    return document;
  }
}

function requireMatch(ifMatch: IfMatch, current: Document | undefined): Document {
  if (ifMatch === undefined) throw Problem.preconditionRequired();
  if (!current || !matchesStrongly(ifMatch, entityTag(current.version))) throw Problem.preconditionFailed();
  return current;
}
