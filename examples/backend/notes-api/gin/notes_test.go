package main

import (
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
)

var idForm = regexp.MustCompile(`^[A-Za-z0-9_-]+$`)

const newTitle = `{"title": "New"}`

func TestCreateAnswersTheNote_R5(t *testing.T) {
	api := newAPI(t)
	api.setClock(29*time.Second + 1_999_999*time.Nanosecond)
	response := api.alice.post("/notes",
		`{"title": "  Two  spaces ", "content": "line 1\r\n\tline 2\u007f", "tags": ["b", "a", "b", "B"]}`)
	note := response.expect(t, http.StatusCreated)
	id, _ := note["id"].(string)
	if !idForm.MatchString(id) {
		t.Errorf("id %q", id)
	}
	expectEqual(t, response.Header().Get("Location"), "/notes/"+id)
	expectEqual(t, response.Header().Get("ETag"), `"1"`)
	expectEqual(t, note, jsonObject{
		"id":         id,
		"title":      "  Two  spaces ",
		"content":    "line 1\r\n\tline 2\x7f",
		"tags":       []any{"b", "a", "B"},
		"version":    1.0,
		"created_at": "2025-03-01T09:30:29.001Z",
		"updated_at": "2025-03-01T09:30:29.001Z",
	})
}

func TestCreatedNoteCanBeRead_R5(t *testing.T) {
	api := newAPI(t)
	note := api.alice.add("Only a title")
	expectEqual(t, []any{note["content"], note["tags"]}, []any{"", []any{}})
	response := api.alice.get(pathOf(note))
	expectEqual(t, response.expect(t, http.StatusOK), note)
	expectEqual(t, response.Header().Get("ETag"), `"1"`)
}

func TestUpdateReplacesTheWholeNote_R5(t *testing.T) {
	api := newAPI(t)
	note := api.alice.post("/notes", `{"title": "Old", "content": "old", "tags": ["old"]}`).expect(t, http.StatusCreated)
	api.setClock(5*time.Minute + 7*time.Millisecond)
	body := `{"title": "New", "id": "mine", "version": 99, "created_at": "2000-01-01T00:00:00.000Z"}`
	response := api.alice.put(pathOf(note), `"1"`, body)
	want := jsonObject{
		"id":         note["id"],
		"title":      "New",
		"content":    "",
		"tags":       []any{},
		"version":    2.0,
		"created_at": "2025-03-01T09:30:00.000Z",
		"updated_at": "2025-03-01T09:35:00.007Z",
	}
	expectEqual(t, response.expect(t, http.StatusOK), want)
	expectEqual(t, response.Header().Get("ETag"), `"2"`)
	expectEqual(t, api.alice.get(pathOf(note)).object(), want)

	t.Run("R5 an update without difference raises the version", func(t *testing.T) {
		api.setClock(time.Hour - 1)
		want["version"], want["updated_at"] = 3.0, "2025-03-01T10:29:59.999Z"
		expectEqual(t, api.alice.put(pathOf(note), `"2"`, newTitle).expect(t, http.StatusOK), want)
	})
}

func TestDeletedNoteIsGone_R5(t *testing.T) {
	api := newAPI(t)
	path := pathOf(api.alice.add("Short-lived"))
	api.alice.delete(path, noIfMatch).expectEmpty(t)
	api.alice.get(path).expectError(t, http.StatusNotFound, "not_found")
	api.alice.expectLastPage([]string{})
}

func TestOtherUsersNoteIsLikeOneThatDoesNotExist_R6(t *testing.T) {
	api := newAPI(t)
	note, deleted := api.alice.add("Private"), pathOf(api.bob.add("Deleted"))
	api.bob.delete(deleted, noIfMatch).expectEmpty(t)
	want := api.bob.get("/notes/unknown")
	want.expectError(t, http.StatusNotFound, "not_found")
	for _, path := range []string{"/notes/unknown", "/notes/%FF", "/notes/%00", pathOf(note), deleted} {
		answers := []response{api.bob.get(path)}
		for _, ifMatch := range []string{noIfMatch, `"1"`, `"2"`, "*", ""} {
			answers = append(answers, api.bob.put(path, ifMatch, newTitle), api.bob.delete(path, ifMatch))
		}
		for _, answer := range answers {
			expectEqual(t, answer.Code, http.StatusNotFound)
			expectEqual(t, answer.Body.String(), want.Body.String())
		}
	}
	expectEqual(t, api.alice.get(pathOf(note)).object(), note)
}

func TestListsHoldOnlyOwnNotes_R6_R8(t *testing.T) {
	api := newAPI(t)
	api.alice.add("Alice's", "shared")
	api.bob.add("Bob's", "shared")
	api.bob.expectLastPage([]string{"Bob's"})
	api.bob.expectLastPage([]string{"Bob's"}, "tag", "shared")
}

func TestUpdateNeedsIfMatch_R7(t *testing.T) {
	api := newAPI(t)
	note := api.alice.add("Kept")
	api.alice.put(pathOf(note), noIfMatch, newTitle).
		expectError(t, http.StatusPreconditionRequired, "precondition_required")
	expectEqual(t, api.alice.get(pathOf(note)).object(), note)
}

func TestIfMatchThatDoesNotMatchChangesNothing_R7(t *testing.T) {
	api := newAPI(t)
	note := api.alice.add("Kept")
	for _, ifMatch := range []string{
		"", "1", `"2"`, `"01"`, `"1`, `1"`, `'1'`, `W/"1"`, `"*"`, `"2", "3"`, `x, "1"`, `*, "1"`, `"x, "1"`, `"1" "2"`,
	} {
		api.alice.put(pathOf(note), ifMatch, newTitle).expectError(t, http.StatusPreconditionFailed, "precondition_failed")
		api.alice.delete(pathOf(note), ifMatch).expectError(t, http.StatusPreconditionFailed, "precondition_failed")
	}
	expectEqual(t, api.alice.get(pathOf(note)).object(), note)
}

func TestIfMatchThatMatches_R7(t *testing.T) {
	api := newAPI(t)
	for _, ifMatch := range []string{"*", `"2"`, `"1", "2"`, `"2","1"`, `W/"2" , "2"`, `"a,b", "2"`} {
		path := pathOf(api.alice.add("First"))
		api.alice.put(path, `"1"`, newTitle).expect(t, http.StatusOK)
		expectEqual(t, api.alice.put(path, ifMatch, newTitle).expect(t, http.StatusOK)["version"], 3.0)
		api.alice.delete(path, `"2"`).expectError(t, http.StatusPreconditionFailed, "precondition_failed")
		api.alice.delete(path, strings.ReplaceAll(ifMatch, "2", "3")).expectEmpty(t)
	}
}

func TestOneOfConcurrentUpdatesWins_R7(t *testing.T) {
	api := newAPI(t)
	path := pathOf(api.alice.add("Contended"))
	for version := range 20 {
		ifMatch := strconv.Quote(strconv.Itoa(version + 1))
		answers := atOnce(strings.Split("abcdefgh", ""), func(title string) response {
			return api.alice.put(path, ifMatch, `{"title": "`+title+`"}`)
		})
		winners := slices.DeleteFunc(answers, func(answer response) bool {
			return answer.Code == http.StatusPreconditionFailed
		})
		expectEqual(t, len(winners), 1)
		winner := winners[0].expect(t, http.StatusOK)
		expectEqual(t, winner["version"], float64(version+2))
		expectEqual(t, api.alice.get(path).object(), winner)
	}
}

func TestNoConcurrentUpdateIsLost_R7(t *testing.T) {
	api := newAPI(t)
	path := pathOf(api.alice.add("Contended"))
	versions := atOnce(strings.Split("abcdefgh", ""), func(title string) float64 {
		version, _ := api.alice.put(path, "*", `{"title": "`+title+`"}`).object()["version"].(float64)
		return version
	})
	slices.Sort(versions)
	expectEqual(t, versions, []float64{2, 3, 4, 5, 6, 7, 8, 9})
}

func TestListIsInOrderOfCreationWhateverTheClockSays_R8(t *testing.T) {
	api := newAPI(t)
	paths := api.alice.addAll("ab")
	api.setClock(-10 * time.Second)
	api.alice.add("c")
	api.setClock(20 * time.Second)
	api.alice.add("d")
	api.setClock(time.Minute)
	api.alice.put(paths['a'], "*", newTitle).expect(t, http.StatusOK)
	api.alice.expectLastPage([]string{"d", "c", "b", "New"})
}

func TestPageHas20NotesByDefault_R8(t *testing.T) {
	api := newAPI(t)
	var newestFirst []string
	for number := range 20 {
		newestFirst = slices.Insert(newestFirst, 0, strconv.Itoa(number))
		api.alice.add(newestFirst[0])
	}
	api.alice.expectLastPage(newestFirst)
	newestFirst = slices.Insert(newestFirst, 0, "20")
	api.alice.add("20")
	cursor := api.alice.expectPage(newestFirst[:20])
	api.alice.expectLastPage([]string{"0"}, "cursor", cursor)
	api.alice.expectLastPage(newestFirst, "limit", "100")
	api.alice.expectLastPage(newestFirst, "limit", "021")
}

func TestFullLastPageHasNoCursor_R8(t *testing.T) {
	api := newAPI(t)
	api.alice.addAll("abcd")
	cursor := api.alice.expectPage([]string{"d"}, "limit", "1")
	cursor = api.alice.expectPage([]string{"c", "b"}, "limit", "2", "cursor", cursor)
	api.alice.expectLastPage([]string{"a"}, "limit", "1", "cursor", cursor)
}

func TestListOfATagIsExact_R8(t *testing.T) {
	api := newAPI(t)
	tags := []string{"work", "Work", "works", "w%", `["work"]`, "1", "é", "e\u0301", emoji}
	for _, tag := range tags {
		api.alice.add("with "+tag, "other", tag)
	}
	for _, tag := range tags {
		api.alice.expectLastPage([]string{"with " + tag}, "tag", tag)
	}
	api.alice.expectLastPage([]string{}, "tag", "____")
	cursor := api.alice.expectPage([]string{"with " + emoji, "with e\u0301"}, "tag", "other", "limit", "2")
	api.alice.expectPage([]string{"with é", "with 1"}, "tag", "other", "limit", "2", "cursor", cursor)
}

func TestChangesBetweenPagesDisturbNoOtherNote_R8(t *testing.T) {
	api := newAPI(t)
	paths := api.alice.addAll("abcdef")
	cursor := api.alice.expectPage([]string{"f", "e"}, "limit", "2")
	for _, title := range "fec" {
		api.alice.delete(paths[title], noIfMatch).expectEmpty(t)
	}
	api.alice.put(paths['d'], "*", newTitle).expect(t, http.StatusOK)
	api.alice.add("g")
	cursor = api.alice.expectPage([]string{"New", "b"}, "limit", "2", "cursor", cursor)
	api.alice.delete(paths['b'], noIfMatch).expectEmpty(t)
	api.alice.expectLastPage([]string{"a"}, "limit", "2", "cursor", cursor)
}

func TestNotesCreatedBetweenPagesDoNotAppear_R8(t *testing.T) {
	api := newAPI(t)
	paths := api.alice.addAll("abcd")
	cursor := api.alice.expectPage([]string{"d"}, "limit", "1")
	for _, title := range "dcb" {
		api.alice.delete(paths[title], noIfMatch).expectEmpty(t)
	}
	api.alice.add("new")
	api.alice.expectLastPage([]string{"a"}, "cursor", cursor)
}
