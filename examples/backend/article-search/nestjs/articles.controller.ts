import type { ServerResponse } from "node:http";

import { Body, Controller, Delete, Get, HttpCode, Param, Put, Res } from "@nestjs/common";

import { type Article, type ArticleFields, ArticleFieldsPipe, SlugPipe } from "./article.ts";
import { ArticlesRepository } from "./articles.repository.ts";
import { Problem } from "./problem.ts";

@Controller("articles/:slug")
export class ArticlesController {
  constructor(private readonly articles: ArticlesRepository) {}

  @Put()
  put(
    @Param("slug", SlugPipe) slug: string,
    @Body(ArticleFieldsPipe) fields: ArticleFields,
    @Res({ passthrough: true }) response: ServerResponse,
  ): Article {
    const article = { slug, ...fields };
    response.statusCode = this.articles.save(article) ? 201 : 200;
    return article;
  }

  @Get()
  get(@Param("slug", SlugPipe) slug: string): Article {
    const article = this.articles.find(slug);
    if (!article) throw Problem.notFound();
    return article;
  }

  @Delete()
  @HttpCode(204)
  delete(@Param("slug", SlugPipe) slug: string): void {
    if (!this.articles.remove(slug)) throw Problem.notFound();
  }
}
