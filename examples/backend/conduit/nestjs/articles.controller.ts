import { Body, Controller, Delete, Get, HttpCode, Param, Post, Put, Query } from "@nestjs/common";

import {
  type Article,
  type ArticleList,
  ArticlesService,
  type Filters,
  type NewArticle,
  type Part,
} from "./articles.service.ts";
import { Caller, NeedsCaller } from "./caller.guard.ts";
import { digits, FieldsPipe, FormPipe, list, text } from "./forms.ts";
import type { User } from "./users.service.ts";

const ARTICLE = {
  title: text(1, 100),
  description: text(1, 300),
  body: text(1, 20_000),
  tagList: list(text(1, 30), 10),
};
const PART = { limit: digits(1, 100), offset: digits(0, 1_000_000_000) };
const NEW = new FormPipe<NewArticle>("article", ARTICLE, ["tagList"]);
const CHANGE = new FormPipe<Required<NewArticle>>("article", ARTICLE);
const LISTING = new FieldsPipe<Filters & Part>({
  ...PART,
  tag: text(0, Infinity),
  author: text(0, Infinity),
  favorited: text(0, Infinity),
});
const FEED = new FieldsPipe<Part>(PART);

@Controller("api/articles")
export class ArticlesController {
  constructor(private readonly articles: ArticlesService) {}

  @Get()
  list(@Query(LISTING) listing: Filters & Part, @Caller() caller: User | null): ArticleList {
    return this.articles.list(listing, caller);
  }

  @Get("feed")
  @NeedsCaller("always")
  feed(@Query(FEED) part: Part, @Caller() caller: User): ArticleList {
    return this.articles.feed(part, caller);
  }

  @Post()
  @NeedsCaller("always")
  create(@Body(NEW) article: NewArticle, @Caller() caller: User): { article: Article } {
    return { article: this.articles.create(article, caller) };
  }

  @Get(":slug")
  read(@Param("slug") slug: string, @Caller() caller: User | null): { article: Article } {
    return { article: this.articles.read(slug, caller) };
  }

  @Put(":slug")
  @NeedsCaller("always")
  change(
    @Param("slug") slug: string,
    @Body(CHANGE) change: Partial<NewArticle>,
    @Caller() caller: User,
  ): { article: Article } {
    return { article: this.articles.change(slug, change, caller) };
  }

  @Delete(":slug")
  @NeedsCaller("always")
  @HttpCode(204)
  delete(@Param("slug") slug: string, @Caller() caller: User): void {
    this.articles.delete(slug, caller);
  }

  @Post(":slug/favorite")
  @NeedsCaller("always")
  @HttpCode(200)
  favorite(@Param("slug") slug: string, @Caller() caller: User): { article: Article } {
    return { article: this.articles.favorite(slug, caller) };
  }

  @Delete(":slug/favorite")
  @NeedsCaller("always")
  unfavorite(@Param("slug") slug: string, @Caller() caller: User): { article: Article } {
    return { article: this.articles.unfavorite(slug, caller) };
  }
}

@Controller("api/tags")
export class TagsController {
  constructor(private readonly articles: ArticlesService) {}

  @Get()
  list(): { tags: string[] } {
    return { tags: this.articles.tags() };
  }
}
