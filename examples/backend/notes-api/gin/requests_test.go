package main

import (
	"net/http"
	"strings"
	"testing"
)

func TestRegistrationRefusesUsernames_R1_R9(t *testing.T) {
	api := newAPI(t)
	for _, username := range []any{"ab", strings.Repeat("a", 33), "a b", "alice\n", "\u212aate", "alicé", 1, nil} {
		api.register(username, password).
			expectError(t, http.StatusUnprocessableEntity, "validation_failed", "username")
	}
}

func TestRegistrationRefusesPasswords_R9_R10(t *testing.T) {
	api := newAPI(t)
	for _, password := range []any{"7 chars", strings.Repeat("x", 129), strings.Repeat(emoji, 7), "password\x00", nil} {
		api.register("carol", password).
			expectError(t, http.StatusUnprocessableEntity, "validation_failed", "password")
	}
	api.register("al", 1).expectError(t, http.StatusUnprocessableEntity, "validation_failed", "username", "password")
	send(api.app, http.MethodPost, "/register", request{body: `{"username": "carol", "password": "password\ud83d"}`}).
		expectError(t, http.StatusUnprocessableEntity, "validation_failed", "password")
	send(api.app, http.MethodPost, "/register", request{body: `{"Username": "carol", "password": "12345678"}`}).
		expectError(t, http.StatusUnprocessableEntity, "validation_failed", "username")
}

func TestBodyThatIsNoJSONObject_R9(t *testing.T) {
	api := newAPI(t)
	for _, body := range []string{
		"", " ", "null", "[]", `"title"`, "1", `{"title": "x"`, `{"title": "x",}`, `{"title": "x"}{}`,
		`{"title": "x", "y": NaN}`, `{"title": "x", "y": 01}`, "{\"title\": \"a\nb\"}", "{\"title\": \"\xff\"}",
		"{\"title\": \"\xed\xa0\x80\"}", "\ufeff{\"title\": \"x\"}", strings.Repeat("[", 100_000),
	} {
		send(api.app, http.MethodPost, "/login", request{body: body}).
			expectError(t, http.StatusBadRequest, "malformed_json")
		api.alice.put("/notes/unknown", noIfMatch, body).expectError(t, http.StatusBadRequest, "malformed_json")
	}
}

func TestLargerBodyIsRefused_R9(t *testing.T) {
	api := newAPI(t)
	for _, path := range []string{"/register", "/login", "/notes"} {
		api.alice.post(path, padded(bodyLimit+1)).expectError(t, http.StatusRequestEntityTooLarge, "payload_too_large")
	}
	expectEqual(t, api.alice.post("/notes", padded(bodyLimit)).expect(t, http.StatusCreated)["title"], "Padded")

	t.Run("R9 of unknown length", func(t *testing.T) {
		larger := request{body: padded(bodyLimit + 1), chunked: true}
		api.alice.send(http.MethodPost, "/notes", larger).
			expectError(t, http.StatusRequestEntityTooLarge, "payload_too_large")
		largest := request{body: padded(bodyLimit), chunked: true}
		api.alice.send(http.MethodPost, "/notes", largest).expect(t, http.StatusCreated)
	})
}

func TestFaultyNote_R9_R10(t *testing.T) {
	api := newAPI(t)
	for _, test := range []struct {
		body   string
		fields []string
	}{
		{`{}`, []string{"title"}},
		{`{"Title": "x"}`, []string{"title"}},
		{`{"title": null}`, []string{"title"}},
		{`{"title": 1}`, []string{"title"}},
		{`{"title": ""}`, []string{"title"}},
		{`{"title": "   "}`, []string{"title"}},
		{`{"title": "` + strings.Repeat("x", 201) + `"}`, []string{"title"}},
		{`{"title": "` + strings.Repeat(emoji, 201) + `"}`, []string{"title"}},
		{`{"title": "x\n"}`, []string{"title"}},
		{`{"title": "a\u007fb"}`, []string{"title"}},
		{`{"title": "a\u0000b"}`, []string{"title"}},
		{`{"title": "a\ud83d"}`, []string{"title"}},
		{`{"title": "\\\uDE00"}`, []string{"title"}},
		{`{"title": "x", "content": null}`, []string{"content"}},
		{`{"title": "x", "content": 0}`, []string{"content"}},
		{`{"title": "x", "content": "` + strings.Repeat("x", 10_001) + `"}`, []string{"content"}},
		{`{"title": "x", "content": "` + strings.Repeat(emoji, 10_001) + `"}`, []string{"content"}},
		{`{"title": "x", "content": "a\u0000b"}`, []string{"content"}},
		{`{"title": "x", "content": "\ude00\ud83d"}`, []string{"content"}},
		{`{"title": "x", "tags": null}`, []string{"tags"}},
		{`{"title": "x", "tags": "tag"}`, []string{"tags"}},
		{`{"title": "x", "tags": {"0": "tag"}}`, []string{"tags"}},
		{`{"title": "x", "tags": [1]}`, []string{"tags"}},
		{`{"title": "x", "tags": ["a", null]}`, []string{"tags"}},
		{`{"title": "x", "tags": ["` + strings.Repeat("x", 31) + `"]}`, []string{"tags"}},
		{`{"title": "x", "tags": ["` + strings.Repeat(emoji, 31) + `"]}`, []string{"tags"}},
		{`{"title": "x", "tags": ["a b"]}`, []string{"tags"}},
		{`{"title": "x", "tags": [""]}`, []string{"tags"}},
		{`{"title": "x", "tags": ["a\nb"]}`, []string{"tags"}},
		{`{"title": "x", "tags": ["x", "\udc00"]}`, []string{"tags"}},
		{`{"title": "x", "tags": ["s","s","s","s","s","s","s","s","s","s","s"]}`, []string{"tags"}},
		{`{"content": false, "tags": {}}`, []string{"title", "content", "tags"}},
	} {
		api.alice.post("/notes", test.body).
			expectError(t, http.StatusUnprocessableEntity, "validation_failed", test.fields...)
		api.alice.put("/notes/unknown", noIfMatch, test.body).
			expectError(t, http.StatusUnprocessableEntity, "validation_failed", test.fields...)
	}
	api.alice.expectLastPage([]string{})
}

func TestFaultyRequestsChangeNothing_R9(t *testing.T) {
	api := newAPI(t)
	note := api.alice.add("Kept", "kept")
	for _, body := range []string{"{", `{"title": ""}`, `{"title": "New", "tags": [1]}`, padded(bodyLimit + 1)} {
		if status := api.alice.put(pathOf(note), `"1"`, body).Code; status < 400 {
			t.Errorf("status %d for an update with %.30s", status, body)
		}
	}
	expectEqual(t, api.alice.get(pathOf(note)).object(), note)
}

func TestNoteAtTheLimitsComesBackUnchanged_R9_R10(t *testing.T) {
	api := newAPI(t)
	var longTags []any
	for _, digit := range strings.Split("0123456789", "") {
		longTags = append(longTags, strings.Repeat(digit, 30))
	}
	for _, fields := range []jsonObject{
		{"title": strings.Repeat("x", 200), "content": strings.Repeat("x", 10_000), "tags": longTags},
		{"title": "\u00a0", "content": "\x01\x7f\t\r\n", "tags": []any{"\u00a0"}},
		{"title": strings.Repeat(emoji, 200), "content": strings.Repeat(emoji, 10_000), "tags": []any{strings.Repeat(emoji, 30)}},
		{"title": "e\u0301", "content": "\u212b\ufffd", "tags": []any{"ﬁ", "fi"}},
		{"title": `<b>'"\ud83d&`, "content": "{}", "tags": []any{"a,b", `\`, "#"}},
	} {
		note := api.alice.send(http.MethodPost, "/notes", request{json: fields}).expect(t, http.StatusCreated)
		for name, value := range fields {
			expectEqual(t, note[name], value)
		}
		expectEqual(t, api.alice.get(pathOf(note)).object(), note)
	}
	note := api.alice.post("/notes", `{"title": "\ud83d\ude00", "tags": ["\uD83D\uDE00"]}`).expect(t, http.StatusCreated)
	expectEqual(t, []any{note["title"], note["tags"]}, []any{emoji, []any{emoji}})
}

func TestFaultyQuery_R9(t *testing.T) {
	api := newAPI(t)
	api.alice.addAll("ab")
	cursor := api.alice.expectPage([]string{"b"}, "limit", "1")
	for query, fields := range map[string][]string{
		"limit=0":                                {"limit"},
		"limit=101":                              {"limit"},
		"limit=-1":                               {"limit"},
		"limit=%2B5":                             {"limit"},
		"limit=+5":                               {"limit"},
		"limit=5%0A":                             {"limit"},
		"limit=5.0":                              {"limit"},
		"limit=1_0":                              {"limit"},
		"limit=0x5":                              {"limit"},
		"limit=%D9%A5":                           {"limit"},
		"limit=%zz":                              {"limit"},
		"limit=5;":                               {"limit"},
		"limit=" + strings.Repeat("9", 400):      {"limit"},
		"limit=5&limit=5":                        {"limit"},
		"limit=":                                 {"limit"},
		"limit":                                  {"limit"},
		"tag=":                                   {"tag"},
		"tag=a&tag=a":                            {"tag"},
		"tag=a%20b":                              {"tag"},
		"tag=%00":                                {"tag"},
		"tag=" + strings.Repeat("x", 31):         {"tag"},
		"cursor=":                                {"cursor"},
		"cursor=not+a+cursor":                    {"cursor"},
		"cursor=" + strings.Repeat("9", 400):     {"cursor"},
		"cursor=" + cursor + "!":                 {"cursor"},
		"cursor=" + cursor + "&cursor=" + cursor: {"cursor"},
		"limit=x&tag=&cursor=&other=":            {"limit", "tag", "cursor"},
	} {
		api.alice.get("/notes?"+query).expectError(t, http.StatusUnprocessableEntity, "validation_failed", fields...)
	}
}

func TestUnknownFieldsAndParametersAreIgnored_R9(t *testing.T) {
	api := newAPI(t)
	note := api.alice.post("/notes", `{"title": "x", "owner": null, "Tags": 5}`).expect(t, http.StatusCreated)
	body := api.alice.get("/notes?limit=1&other=&other=1&Limit=0").expect(t, http.StatusOK)
	expectEqual(t, body, jsonObject{"items": []any{note}, "next_cursor": nil})
}

func TestFirstFaultIsAnswered_R9(t *testing.T) {
	api := newAPI(t)
	path := pathOf(api.alice.add("Kept"))
	tooLarge := strings.Repeat("{", bodyLimit+1)
	for _, body := range []string{tooLarge, "{", "{}", newTitle} {
		send(api.app, http.MethodPut, path, request{body: body}).
			expectError(t, http.StatusUnauthorized, "unauthorized")
	}
	send(api.app, http.MethodGet, "/notes?limit=0", request{}).expectError(t, http.StatusUnauthorized, "unauthorized")
	for _, target := range []string{"/notes/unknown", path} {
		for _, ifMatch := range []string{noIfMatch, `"9"`} {
			api.alice.put(target, ifMatch, tooLarge).
				expectError(t, http.StatusRequestEntityTooLarge, "payload_too_large")
			api.alice.put(target, ifMatch, "{").expectError(t, http.StatusBadRequest, "malformed_json")
			api.alice.put(target, ifMatch, "{}").
				expectError(t, http.StatusUnprocessableEntity, "validation_failed", "title")
		}
	}
	api.alice.put("/notes/unknown", noIfMatch, newTitle).expectError(t, http.StatusNotFound, "not_found")
	api.alice.put("/notes/unknown", `"9"`, newTitle).expectError(t, http.StatusNotFound, "not_found")
	api.alice.put(path, noIfMatch, newTitle).
		expectError(t, http.StatusPreconditionRequired, "precondition_required")
	api.register("alice", "short").expectError(t, http.StatusUnprocessableEntity, "validation_failed", "password")
}
