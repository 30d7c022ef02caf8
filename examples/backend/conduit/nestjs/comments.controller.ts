import { Body, Controller, Delete, Get, HttpCode, Param, Post } from "@nestjs/common";

import { Caller, NeedsCaller } from "./caller.guard.ts";
import { type Comment, CommentsService } from "./comments.service.ts";
import { FormPipe, text } from "./forms.ts";
import type { User } from "./users.service.ts";

const COMMENT = new FormPipe<{ body: string }>("comment", { body: text(1, 2_000) }, []);

@Controller("api/articles/:slug/comments")
export class CommentsController {
  constructor(private readonly comments: CommentsService) {}

  @Post()
  @NeedsCaller("always")
  add(
    @Param("slug") slug: string,
    @Body(COMMENT) { body }: { body: string },
    @Caller() caller: User,
  ): { comment: Comment } {
    return { comment: this.comments.add(slug, body, caller) };
  }

  @Get()
  list(@Param("slug") slug: string, @Caller() caller: User | null): { comments: Comment[] } {
    return { comments: this.comments.list(slug, caller) };
  }

  @Delete(":id")
  @NeedsCaller("always")
  @HttpCode(204)
  delete(@Param("slug") slug: string, @Param("id") id: string, @Caller() caller: User): void {
    this.comments.delete(slug, id, caller);
  }
}
