import type { IncomingMessage, ServerResponse } from "node:http";

import {
  Controller,
  Delete,
  Get,
  Headers,
  HttpCode,
  HttpStatus,
  Param,
  Post,
  Query,
  Req,
  Res,
  StreamableFile,
  UseGuards,
} from "@nestjs/common";

import { disposition, selectPart } from "./downloads.ts";
import { FileNamePipe } from "./file-name.pipe.ts";
import { Owner, OwnerGuard } from "./owner.guard.ts";
import { Vault } from "./vault.service.ts";
import type { StoredFile } from "./vault.service.ts";

@Controller("files")
@UseGuards(OwnerGuard)
export class FilesController {
  constructor(private readonly vault: Vault) {}

  @Post()
  async upload(
    @Owner() owner: string,
    @Query("name", FileNamePipe) name: string,
    @Headers("content-digest") contentDigest: string | undefined,
    @Req() request: IncomingMessage,
    @Res({ passthrough: true }) response: ServerResponse,
  ): Promise<StoredFile> {
    const file = await this.vault.store(request, owner, name, contentDigest);
    response.setHeader("Location", `/files/${file.id}`);
    return file;
  }

  @Get()
  list(@Owner() owner: string): { items: StoredFile[] } {
    return { items: this.vault.list(owner) };
  }

  @Get(":id")
  download(
    @Owner() owner: string,
    @Param("id") id: string,
    @Headers("range") range: string | undefined,
    @Res({ passthrough: true }) response: ServerResponse,
  ): StreamableFile {
    const file = this.vault.find(owner, id);
    const part = selectPart(range, file.size);
    const { start, end } = part ?? { start: 0, end: file.size };
    // Before the headers, which would stay in the answer when this fails.
    const content = this.vault.read(file, { start, end });
    response.setHeader("ETag", `"${file.sha256}"`);
    response.setHeader("Accept-Ranges", "bytes");
    response.setHeader("X-Content-Type-Options", "nosniff");
    if (part) {
      response.statusCode = HttpStatus.PARTIAL_CONTENT;
      response.setHeader("Content-Range", `bytes ${start}-${end - 1}/${file.size}`);
    }
    return new StreamableFile(content, {
      type: file.type,
      disposition: disposition(file.name),
      length: end - start,
    });
  }

  @Delete(":id")
  @HttpCode(HttpStatus.NO_CONTENT)
  delete(@Owner() owner: string, @Param("id") id: string): void {
    this.vault.delete(owner, id);
  }
}
