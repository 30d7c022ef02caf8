import { Controller, Get, Param } from "@nestjs/common";

import type { Version } from "./document.ts";
import { DocumentsService } from "./documents.service.ts";

@Controller("documents/:id/versions")
export class HistoryController {
  constructor(private readonly documents: DocumentsService) {}

  @Get()
  list(@Param("id") id: string): { items: Version[] } {
    return { items: this.documents.versions(id) };
  }

  @Get(":number")
  get(@Param("id") id: string, @Param("number") number: string): Version {
    return this.documents.version(id, number);
  }
}
