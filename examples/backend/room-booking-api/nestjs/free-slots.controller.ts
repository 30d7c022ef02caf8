import { Controller, Get, Query } from "@nestjs/common";

import { FreeSlotsService } from "./free-slots.service.ts";
import type { Slot } from "./free-slots.service.ts";
import { SlotSearchPipe } from "./inputs.ts";
import type { SlotSearch } from "./inputs.ts";
import { withTimes } from "./views.ts";
import type { Items, WithTimes } from "./views.ts";

@Controller("free-slots")
export class FreeSlotsController {
  constructor(private readonly freeSlots: FreeSlotsService) {}

  @Get()
  search(@Query(SlotSearchPipe) search: SlotSearch): Items<WithTimes<Slot>> {
    return { items: this.freeSlots.search(search).map(withTimes) };
  }
}
