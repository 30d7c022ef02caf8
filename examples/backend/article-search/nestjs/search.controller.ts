import { Controller, Get, Injectable, type PipeTransform, Query as Parameters } from "@nestjs/common";

import { ArticlesRepository, type Hit } from "./articles.repository.ts";
import { Cursors } from "./cursors.ts";
import { MarkedText } from "./marked-text.ts";
import { type Faults, Problem } from "./problem.ts";
import { Query, QueryFault } from "./query.ts";

const LIMIT = /^([1-9]|[1-4][0-9]|50)$/;

interface Search {
  query: Query;
  limit: number;
  cursor?: string;
}

interface Item {
  slug: string;
  score: number;
  title_html: string;
  snippet_html: string;
  tags: string[];
}

/** Checks the parameters of a search. */
@Injectable()
class SearchPipe implements PipeTransform<Record<string, string>, Search> {
  transform({ q = "", limit = "10", cursor }: Record<string, string>): Search {
    const faults: Faults = new Map();
    if (!LIMIT.test(limit)) faults.set("limit", "must be a number from 1 to 50");
    const query = this.queryOf(q, faults);
    if (query === undefined || faults.size > 0) throw Problem.validationFailed(faults);
    return { query, limit: Number(limit), cursor };
  }

  private queryOf(text: string, faults: Faults): Query | undefined {
    try {
      return new Query(text);
    } catch (error) {
      if (!(error instanceof QueryFault)) throw error;
      faults.set("q", error.message);
      return undefined;
    }
  }
}

@Controller("search")
export class SearchController {
  constructor(
    private readonly articles: ArticlesRepository,
    private readonly cursors: Cursors,
  ) {}

  @Get()
  search(@Parameters(SearchPipe) { query, limit, cursor }: Search): { items: Item[]; next_cursor: string | null } {
    const after = cursor === undefined ? undefined : this.cursors.read(query.text, cursor);
    if (cursor !== undefined && after === undefined) throw new Problem(400, "invalid_cursor");
    // One more than fits on the page tells whether there is another one.
    const hits = this.articles.search(query, after, limit + 1);
    const page = hits.slice(0, limit);
    const last = hits.length > limit ? page.at(-1) : undefined;
    return { items: page.map(itemOf), next_cursor: last ? this.cursors.issue(query.text, last) : null };
  }
}

function itemOf({ slug, score, title, body, tags }: Hit): Item {
  return {
    slug,
    score,
    title_html: MarkedText.parse(title).toHtml(),
    snippet_html: MarkedText.parse(body).toSnippet(),
    tags,
  };
}
