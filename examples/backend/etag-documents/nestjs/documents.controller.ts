import type { ServerResponse } from "node:http";

import {
  Body,
  Controller,
  Delete,
  Get,
  Headers,
  HttpCode,
  Param,
  Patch,
  Post,
  Put,
  Res,
  UseInterceptors,
} from "@nestjs/common";

import type { Document, DocumentFields } from "./document.ts";
import { DocumentsService } from "./documents.service.ts";
import { EntityTagInterceptor } from "./entity-tag.interceptor.ts";
import { FieldsPipe } from "./fields.pipe.ts";

@Controller("documents/:id")
export class DocumentsController {
  constructor(private readonly documents: DocumentsService) {}

  @Put()
  @UseInterceptors(EntityTagInterceptor)
  put(
    @Param("id") id: string,
    @Body(FieldsPipe.allRequired()) fields: DocumentFields,
    @Headers("if-match") ifMatch: string | undefined,
    @Headers("if-none-match") ifNoneMatch: string | undefined,
    @Res({ passthrough: true }) response: ServerResponse,
  ): Document {
    if (ifMatch !== undefined || ifNoneMatch !== "*") return this.documents.replace(id, fields, ifMatch);
    const document = this.documents.create(id, fields);
    response.statusCode = 201;
    response.setHeader("Location", `/documents/${id}`);
    return document;
  }

  @Patch()
  @UseInterceptors(EntityTagInterceptor)
  patch(
    @Param("id") id: string,
    @Body(FieldsPipe.allOptional()) changes: Partial<DocumentFields>,
    @Headers("if-match") ifMatch: string | undefined,
  ): Document {
    return this.documents.change(id, changes, ifMatch);
  }

  @Delete()
  @HttpCode(204)
  delete(@Param("id") id: string, @Headers("if-match") ifMatch: string | undefined): void {
    this.documents.delete(id, ifMatch);
  }

  @Get()
  @UseInterceptors(EntityTagInterceptor)
  get(@Param("id") id: string): Document {
    return this.documents.get(id);
  }

  @Post("restore")
  @HttpCode(200)
  @UseInterceptors(EntityTagInterceptor)
  restore(@Param("id") id: string): Document {
    return this.documents.restore(id);
  }
}
