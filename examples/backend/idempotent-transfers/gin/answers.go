package main

import (
	"database/sql"
	"encoding/json"
	"errors"
	"net/http"
)

// answer is what a client was answered to a transfer, byte for byte.
type answer struct {
	status   int
	location string // "": none
	body     []byte
}

// answerOnce gives the stored answer of a key, or decides the transfer and stores the answer.
func (l ledger) answerOnce(key string, wanted order) (given answer, replayed bool, err error) {
	given, decided, err := l.storedAnswer(key)
	switch {
	case errors.Is(err, sql.ErrNoRows):
		given, err = l.decide(key, wanted)
		return given, false, err
	case err != nil:
		return answer{}, false, err
	case decided != wanted:
		return answer{}, false, errKeyReused
	}
	return given, true, nil
}

func (l ledger) storedAnswer(key string) (given answer, decided order, err error) {
	err = l.tx.QueryRow("SELECT from_id, to_id, amount, status, location, body FROM answers WHERE key = ?", key).
		Scan(&decided.from, &decided.to, &decided.amount, &given.status, &given.location, &given.body)
	return given, decided, err
}

// decide carries the transfer out or refuses it: either way there is an answer to store.
func (l ledger) decide(key string, wanted order) (answer, error) {
	made, err := l.move(wanted)
	given, err := answerOf(made, err)
	if err != nil {
		return answer{}, err
	}
	_, err = l.tx.Exec(
		"INSERT INTO answers (key, from_id, to_id, amount, status, location, body) VALUES (?, ?, ?, ?, ?, ?, ?)",
		key, wanted.from, wanted.to, wanted.amount, given.status, given.location, given.body)
	return given, err
}

func answerOf(made transfer, err error) (given answer, _ error) {
	if err == nil {
		given = answer{status: http.StatusCreated, location: "/transfers/" + made.ID}
		given.body, err = json.Marshal(made)
		return given, err
	}
	refusal, ok := errors.AsType[*problem](err)
	if !ok {
		return answer{}, err
	}
	given.status = refusal.Status
	given.body, err = json.Marshal(refusal)
	return given, err
}
