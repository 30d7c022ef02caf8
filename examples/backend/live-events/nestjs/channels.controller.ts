import type { ServerResponse } from "node:http";

import {
  Controller,
  Delete,
  Get,
  Header,
  HttpCode,
  Param,
  Post,
  Put,
  Res,
  StreamableFile,
  UseGuards,
} from "@nestjs/common";

import { ChannelsService } from "./channels.service.ts";
import { KeyGuard } from "./key.guard.ts";
import { LastEventId, LastEventIdPipe } from "./last-event-id.pipe.ts";
import type { Channel, Message, NewMessage } from "./message.ts";
import { NewMessagePipe, RequestBody } from "./new-message.pipe.ts";

@Controller("channels/:name")
export class ChannelsController {
  constructor(private readonly channels: ChannelsService) {}

  @Get()
  get(@Param("name") name: string): Channel {
    return this.channels.get(name);
  }

  @Put()
  @UseGuards(KeyGuard)
  open(@Param("name") name: string, @Res({ passthrough: true }) response: ServerResponse): Channel {
    response.statusCode = this.channels.open(name) ? 201 : 200;
    return this.channels.get(name);
  }

  @Delete()
  @HttpCode(204)
  @UseGuards(KeyGuard)
  delete(@Param("name") name: string): void {
    this.channels.delete(name);
  }

  @Post("messages")
  @UseGuards(KeyGuard)
  publish(@Param("name") name: string, @RequestBody(NewMessagePipe) message: NewMessage): Message {
    return this.channels.publish(name, message);
  }

  @Get("stream")
  @Header("Cache-Control", "no-store")
  stream(
    @Param("name") name: string,
    @LastEventId(LastEventIdPipe) lastId: number | undefined,
  ): StreamableFile {
    return new StreamableFile(this.channels.listen(name, lastId), { type: "text/event-stream; charset=utf-8" });
  }
}
