import express from "express";

import { parseJsonObject, readFreeSlotSearch, readNewBooking, readNewRoom, readWindow } from "./inputs.js";
import { formatInstant } from "./instants.js";
import { freeIntervals } from "./slots.js";

const MAX_BODY_BYTES = 65536;

/**
 * The endpoints of the API.
 *
 * @param {import("./store.js").Store} store
 * @returns {import("express").Router}
 */
export function createRouter(store) {
  const router = express.Router({ caseSensitive: true, strict: true });
  const jsonObject = [express.raw({ type: () => true, limit: MAX_BODY_BYTES }), replaceBodyByJsonObject];

  router.get("/health", (req, res) => {
    res.json({ status: "ok" });
  });

  router.post("/rooms", jsonObject, (req, res) => {
    const room = store.addRoom(readNewRoom(req.body));
    res.status(201).location(`/rooms/${room.id}`).json(room);
  });

  router.get("/rooms/:id", (req, res) => {
    res.json(store.room(req.params.id));
  });

  router.post("/rooms/:id/bookings", jsonObject, (req, res) => {
    const booking = store.book(req.params.id, readNewBooking(req.body, req.get("Idempotency-Key")));
    res.status(201).location(`/bookings/${booking.id}`).json(bookingJson(booking));
  });

  router.get("/rooms/:id/bookings", (req, res) => {
    const window = readWindow(req.query);
    res.json({ items: store.confirmedBookings(req.params.id, window).map(bookingJson) });
  });

  router.get("/bookings/:id", (req, res) => {
    res.json(bookingJson(store.booking(req.params.id)));
  });

  router.post("/bookings/:id/cancel", (req, res) => {
    res.json(bookingJson(store.cancel(req.params.id)));
  });

  router.get("/free-slots", (req, res) => {
    const { window, minutes, minCapacity } = readFreeSlotSearch(req.query);
    const items = store
      .occupancy(minCapacity, window)
      .flatMap(({ roomId, taken }) => freeIntervals(window, taken, minutes * 60).map((slot) => slotJson(roomId, slot)));
    res.json({ items });
  });

  return router;
}

function replaceBodyByJsonObject(req, res, next) {
  req.body = parseJsonObject(req.body);
  next();
}

function bookingJson({ id, roomId, title, start, end, status }) {
  return { id, room_id: roomId, title, start: formatInstant(start), end: formatInstant(end), status };
}

function slotJson(roomId, { start, end }) {
  return { room_id: roomId, start: formatInstant(start), end: formatInstant(end) };
}
