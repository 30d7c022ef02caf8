import type { ServerResponse } from "node:http";

import { Controller, Get, Param, Put, Query, Res } from "@nestjs/common";

import { Form, integer, JsonForm, matching, text } from "./forms.ts";
import { Problem } from "./problem.ts";
import { type Product, type ProductFields, ProductsService } from "./products.service.ts";
import { Roles } from "./roles.guard.ts";

const PRODUCT = new Form<ProductFields>({
  name: text(1, 100),
  price: integer(0, 100_000_000),
  currency: matching(/^[A-Z]{3}$/),
  stock: integer(0, 1_000_000),
});

@Controller("products")
export class ProductsController {
  constructor(private readonly products: ProductsService) {}

  @Get()
  search(@Query("q") part: string | undefined): { items: Product[] } {
    return { items: this.products.search(String(part ?? "")) };
  }

  @Get(":sku")
  get(@Param("sku") sku: string): Product {
    const product = this.products.find(sku);
    if (!product) throw Problem.notFound();
    return product;
  }

  @Put(":sku")
  @Roles(["staff"])
  put(
    @Param("sku") sku: string,
    @JsonForm(PRODUCT) fields: ProductFields,
    @Res({ passthrough: true }) response: ServerResponse,
  ): Product {
    const { product, isNew } = this.products.put(sku, fields);
    response.statusCode = isNew ? 201 : 200;
    return product;
  }
}
