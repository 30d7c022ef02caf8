package main

import (
	"net/http"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

var (
	tokenForm = regexp.MustCompile(`^[A-Za-z0-9_-]{32,}$`)
	hashForm  = regexp.MustCompile(`scrypt\$\d+\$\d+\$\d+\$[\w+/=]+\$|pbkdf2-sha256\$\d+\$[\w+/=]+\$`)
)

func TestRegistration_R1(t *testing.T) {
	api := newAPI(t)
	body := api.register("Kate.B_9-x", "8 chars!").expect(t, http.StatusCreated)
	id, _ := body["id"].(string)
	if id == "" {
		t.Error("no id")
	}
	expectEqual(t, body, jsonObject{"id": id, "username": "kate.b_9-x"})
	api.register("KATE.b_9-x", "another password").expectError(t, http.StatusConflict, "username_taken")

	t.Run("R2 login folds ASCII letters only", func(t *testing.T) {
		api.login("\u212aate.b_9-x", "8 chars!").expectError(t, http.StatusUnauthorized, "invalid_credentials")
	})
}

func TestOneOfConcurrentRegistrationsWins_R1(t *testing.T) {
	api := newAPI(t)
	statuses := atOnce([]string{"carol", "Carol", "carol"}, func(username string) int {
		return api.register(username, password).Code
	})
	slices.Sort(statuses)
	expectEqual(t, statuses, []int{http.StatusCreated, http.StatusConflict, http.StatusConflict})
}

// atOnce calls work with each argument from a goroutine of its own, and returns the results.
func atOnce[T any](arguments []string, work func(string) T) []T {
	results := make([]T, len(arguments))
	var ready, done sync.WaitGroup
	ready.Add(len(arguments))
	for i, argument := range arguments {
		done.Go(func() {
			ready.Done()
			ready.Wait()
			results[i] = work(argument)
		})
	}
	done.Wait()
	return results
}

func TestLoginIssuesANewToken_R2_R3(t *testing.T) {
	api := newAPI(t)
	api.setClock(1800*time.Second + 1)
	body := api.login("Alice", password).expect(t, http.StatusOK)
	token, _ := body["token"].(string)
	if !tokenForm.MatchString(token) || token == api.alice.token {
		t.Errorf("token %q", token)
	}
	expectEqual(t, body, jsonObject{"token": token, "token_type": "Bearer", "expires_in": 3600.0})
	later := caller{api, token}
	later.expectLastPage([]string{})
	api.alice.expectLastPage([]string{})

	t.Run("R3 a token lives from its own login, whether it is used or not", func(t *testing.T) {
		api.setClock(3600*time.Second - 1)
		api.alice.expectLastPage([]string{})
		api.setClock(3600 * time.Second)
		api.alice.get("/notes").expectError(t, http.StatusUnauthorized, "unauthorized")
		later.expectLastPage([]string{})
		api.setClock(5400 * time.Second)
		later.expectLastPage([]string{})
		api.setClock(5400*time.Second + 1)
		later.get("/notes").expectError(t, http.StatusUnauthorized, "unauthorized")
	})
}

func TestLoginDoesNotTellWhetherTheUserExists_R2(t *testing.T) {
	api := newAPI(t)
	began := time.Now()
	known := api.login("alice", password+" ")
	knownTime := time.Since(began)
	unknown := api.login("nobody", password)
	unknownTime := time.Since(began) - knownTime
	known.expectError(t, http.StatusUnauthorized, "invalid_credentials")
	expectEqual(t, unknown.Code, known.Code)
	expectEqual(t, unknown.Body.String(), known.Body.String())
	expectEqual(t, unknown.Header(), known.Header())
	if unknownTime < knownTime/20 {
		t.Errorf("%v for an unknown user, %v for a wrong password", unknownTime, knownTime)
	}
}

func TestLoginChecksOnlyThatBothFieldsAreStrings_R2_R9(t *testing.T) {
	api := newAPI(t)
	api.login(nil, 12345678).expectError(t, http.StatusUnprocessableEntity, "validation_failed", "username", "password")
	api.login("", "").expectError(t, http.StatusUnauthorized, "invalid_credentials")
}

func TestLoginAnswers401ToOddCharacters_R10(t *testing.T) {
	api := newAPI(t)
	api.login("alice", password+"\x00").expectError(t, http.StatusUnauthorized, "invalid_credentials")
	body := `{"username": "alice\ud83d", "password": "correct horse battery"}`
	send(api.app, http.MethodPost, "/login", request{body: body}).
		expectError(t, http.StatusUnauthorized, "invalid_credentials")

	api.register("carol", "replaced \ufffd").expect(t, http.StatusCreated)
	body = `{"username": "carol", "password": "replaced \ud83d"}`
	send(api.app, http.MethodPost, "/login", request{body: body}).
		expectError(t, http.StatusUnauthorized, "invalid_credentials")
}

func TestFaultyTokens_R3(t *testing.T) {
	api := newAPI(t)
	targets := [][2]string{{"POST", "/logout"}, {"GET", "/notes"}, {"POST", "/notes"}, {"PUT", "/notes/x"}}
	for _, value := range []string{"", "Bearer", "Bearer unknown", "Basic TOKEN", "TOKEN", "Bearer TOKENx"} {
		authorization := strings.Replace(value, "TOKEN", api.alice.token, 1)
		for _, target := range targets {
			send(api.app, target[0], target[1], request{authorization: authorization}).
				expectError(t, http.StatusUnauthorized, "unauthorized")
		}
	}
	send(api.app, "GET", "/notes", request{authorization: "bEARER " + api.alice.token}).expect(t, http.StatusOK)
}

func TestLogoutRevokesOnlyItsOwnToken_R3(t *testing.T) {
	api := newAPI(t)
	token, _ := api.login("alice", password).expect(t, http.StatusOK)["token"].(string)
	api.alice.post("/logout", "{ ignored").expectEmpty(t)
	api.alice.get("/notes").expectError(t, http.StatusUnauthorized, "unauthorized")
	api.alice.post("/logout", "").expectError(t, http.StatusUnauthorized, "unauthorized")
	caller{api, token}.expectLastPage([]string{})
	api.bob.expectLastPage([]string{})
}

func TestDatabaseHasNoSecretAsPlainText_R4(t *testing.T) {
	stored := seed().database
	if !contains(stored, "alice") {
		t.Fatal("no user in the file")
	}
	for _, secret := range []string{password, seed().alice, seed().bob} {
		if secret == "" || contains(stored, secret) {
			t.Errorf("%q is in the file", secret)
		}
	}
	hashes := map[string]bool{}
	for _, hash := range hashForm.FindAllString(string(stored), -1) {
		hashes[hash] = true
	}
	if len(hashes) != 2 {
		t.Errorf("%d different salts for two users with the same password", len(hashes))
	}
}

func TestEverythingIsThereAfterARestart_R5(t *testing.T) {
	api := newAPI(t)
	note := api.alice.add("Kept", "a", "b")
	api.bob.post("/logout", "").expectEmpty(t)
	if err := api.app.Close(); err != nil {
		t.Fatal(err)
	}
	api.setClock(3600*time.Second - 1)
	api.open()
	want := jsonObject{"items": []any{note}, "next_cursor": nil}
	expectEqual(t, api.alice.get("/notes").expect(t, http.StatusOK), want)
	api.bob.get("/notes").expectError(t, http.StatusUnauthorized, "unauthorized")
	api.login("bob", password).expect(t, http.StatusOK)
	api.setClock(3600 * time.Second)
	api.alice.get("/notes").expectError(t, http.StatusUnauthorized, "unauthorized")
}

func TestDatabasesInMemoryAreSeparate_R5(t *testing.T) {
	folder := t.TempDir()
	t.Setenv("DATABASE_PATH", filepath.Join(folder, "unused.db"))
	for range 2 {
		app, err := NewApp(Options{})
		if err != nil {
			t.Fatal(err)
		}
		defer app.Close()
		carol := jsonObject{"username": "carol", "password": password}
		send(app, http.MethodPost, "/register", request{json: carol}).expect(t, http.StatusCreated)
	}
	if entries, err := os.ReadDir(folder); err != nil || !reflect.DeepEqual(entries, []os.DirEntry{}) {
		t.Errorf("files %v (%v)", entries, err)
	}
}
