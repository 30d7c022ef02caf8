package main

import "sync"

// listener holds the texts that wait for one stream.
type listener struct {
	events chan string // closed at the end of the stream
	ended  bool
}

func (l *listener) end() {
	l.ended = true
	close(l.events)
}

// channel is a channel as clients see it.
type channel struct {
	Name      string `json:"name"`
	LastID    int64  `json:"last_id"`
	Listeners int    `json:"listeners"`
}

// hub stores messages and hands them to listeners.
type hub struct {
	store        *store
	maxListeners int
	queue        int

	// mu is held from the database to the listeners, so that these get messages in the order of ids and none falls between what a new
	// one has missed and what it is sent. Whoever holds it sends to channels with room only, and so never waits for a client.
	mu        sync.Mutex
	listeners map[string]map[*listener]bool
}

func newHub(store *store, maxListeners, queue int) *hub {
	return &hub{store: store, maxListeners: maxListeners, queue: queue, listeners: make(map[string]map[*listener]bool)}
}

// open opens a channel and tells whether it was not open before.
func (h *hub) open(name string) (channel, bool, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	isNew, err := h.store.open(name)
	if err != nil {
		return channel{}, false, err
	}
	found, err := h.channel(name)
	return found, isNew, err
}

// read returns what is known of a channel.
func (h *hub) read(name string) (channel, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.channel(name)
}

func (h *hub) channel(name string) (channel, error) {
	lastID, err := h.store.lastID(name)
	return channel{Name: name, LastID: lastID, Listeners: len(h.listeners[name])}, err
}

// delete deletes a channel and ends its streams.
func (h *hub) delete(name string) error {
	h.mu.Lock()
	defer h.mu.Unlock()
	if err := h.store.delete(name); err != nil {
		return err
	}
	for l := range h.listeners[name] {
		if !l.ended {
			l.events <- eventText("closed", "") // for which there is always room
			l.end()
		}
	}
	delete(h.listeners, name)
	return nil
}

// publish stores a message and hands it to all listeners; one for whom too many wait is ended.
func (h *hub) publish(name, event, data string) (message, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	added, err := h.store.add(name, event, data)
	if err != nil {
		return message{}, err
	}
	text := eventTextWithID(added.ID, event, data)
	for l := range h.listeners[name] {
		switch {
		case l.ended:
		case len(l.events) < h.queue:
			l.events <- text
		default:
			l.end()
		}
	}
	return added, nil
}

// subscribe adds a listener. With a last id, it also returns what a client has missed that has everything up to that id.
func (h *hub) subscribe(name string, lastID *int64) (*listener, []string, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if len(h.listeners[name]) >= h.maxListeners {
		return nil, nil, errTooManyListeners
	}
	texts, err := h.missed(name, lastID)
	if err != nil {
		return nil, nil, err
	}
	l := &listener{events: make(chan string, h.queue+1)}
	if h.listeners[name] == nil {
		h.listeners[name] = make(map[*listener]bool)
	}
	h.listeners[name][l] = true
	return l, texts, nil
}

// unsubscribe removes a listener, whose channel may be deleted.
func (h *hub) unsubscribe(name string, l *listener) {
	h.mu.Lock()
	defer h.mu.Unlock()
	delete(h.listeners[name], l)
}

func (h *hub) missed(name string, lastID *int64) ([]string, error) {
	if lastID == nil {
		_, err := h.store.lastID(name)
		return nil, err
	}
	found, err := h.store.missed(name, *lastID)
	if err != nil {
		return nil, err
	}
	var texts []string
	if found.isReset {
		texts = append(texts, eventTextWithID(found.resetTo, "reset", ""))
	}
	for _, m := range found.messages {
		texts = append(texts, eventTextWithID(m.ID, m.Event, m.Data))
	}
	return texts, nil
}
