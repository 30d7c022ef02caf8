package main

import (
	"bytes"
	"crypto/sha256"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"log"
	"maps"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/iotest"
)

type object = map[string]any

// server is an app under test.
type server struct {
	*testing.T
	app *App
}

func start(t *testing.T, path string) server {
	t.Helper()
	app, err := NewApp(Options{DatabasePath: path})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { app.Close() })
	return server{T: t, app: app}
}

// send returns the response to a request and the object in its body; it may be called from any goroutine.
func (s server) send(method, path, token, body string) (*httptest.ResponseRecorder, object) {
	request := httptest.NewRequest(method, path, strings.NewReader(body))
	request.Header.Set("Content-Type", "application/json")
	if token != "" {
		request.Header.Set("Authorization", "Bearer "+token)
	}
	recorder := httptest.NewRecorder()
	s.app.ServeHTTP(recorder, request)
	var decoded object
	json.Unmarshal(recorder.Body.Bytes(), &decoded)
	return recorder, decoded
}

func (s server) want(status int, method, path, token, body string) object {
	s.Helper()
	response, decoded := s.send(method, path, token, body)
	if response.Code != status {
		s.Fatalf("%s %s: %d %v, want %d", method, path, response.Code, decoded, status)
	}
	return decoded
}

func (s server) wantProblem(status int, code, method, path, token, body string) {
	s.Helper()
	response, decoded := s.send(method, path, token, body)
	if got := response.Header().Get("Content-Type"); got != "application/problem+json" {
		s.Errorf("content type %q", got)
	}
	want := object{"type": "/problems/" + code, "code": code, "title": decoded["title"], "status": float64(status)}
	if response.Code != status || decoded["title"] == "" || !reflect.DeepEqual(decoded, want) {
		s.Fatalf("%s %s: %d %v, want %v", method, path, response.Code, decoded, want)
	}
}

// signUp returns the token of a new user.
func (s server) signUp(name string) string {
	s.Helper()
	return s.want(201, "POST", "/users", "", fmt.Sprintf(`{"name": %q}`, name))["token"].(string)
}

// makeWorkspace returns the path of a new workspace.
func (s server) makeWorkspace(token string) string {
	s.Helper()
	return "/workspaces/" + s.want(201, "POST", "/workspaces", token, `{"name": "Team"}`)["id"].(string)
}

// invite returns the token of a new user who is a member.
func (s server) invite(path, token, name, role string) string {
	s.Helper()
	invited := s.signUp(name)
	s.want(201, "POST", path+"/members", token, fmt.Sprintf(`{"user": %q, "role": %q}`, name, role))
	return invited
}

func (s server) wantMembers(path, token string, want ...string) {
	s.Helper()
	var got []string
	for _, item := range s.want(200, "GET", path+"/members", token, "")["items"].([]any) {
		got = append(got, fmt.Sprint(item.(object)["user"], " ", item.(object)["role"]))
	}
	if !slices.Equal(got, want) {
		s.Errorf("members %q, want %q", got, want)
	}
}

func TestRestartKeepsEverything_R1(t *testing.T) {
	path := filepath.Join(t.TempDir(), "with ? and %41.db")
	first := start(t, path)
	alice := first.signUp("alice")
	team := first.makeWorkspace(alice)
	bob := first.invite(team, alice, "bob", "editor")
	project := first.want(201, "POST", team+"/projects", bob, `{"name": "Site"}`)
	if err := first.app.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(path); err != nil {
		t.Error(err)
	}

	second := start(t, path)
	second.wantMembers(team, bob, "alice owner", "bob editor")
	if got := second.want(200, "GET", team+"/projects", alice, ""); !reflect.DeepEqual(got, object{"items": []any{project}}) {
		t.Errorf("projects %v, want %v", got, project)
	}
	second.wantProblem(409, "name_taken", "POST", "/users", "", `{"name": "bob"}`)
}

func TestAppsInMemoryAreIndependent_R1(t *testing.T) {
	first, second := start(t, ""), start(t, "")
	alice := first.signUp("alice")
	second.wantProblem(401, "unauthorized", "GET", "/workspaces", alice, "")
	if second.signUp("alice") == alice {
		t.Error("two users with one token")
	}
}

func TestUnusableDatabase_R1(t *testing.T) {
	if app, err := NewApp(Options{DatabasePath: t.TempDir()}); err == nil {
		t.Errorf("a directory was opened as database: %v", app)
	}
	s := start(t, "")
	s.signUp("alice")
}

func TestDatabaseHoldsDigestsOfTokens_R2(t *testing.T) {
	path := filepath.Join(t.TempDir(), "teams.db")
	s := start(t, path)
	token := s.signUp("alice")
	s.app.Close()
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	digest := sha256.Sum256([]byte(token))
	if bytes.Contains(content, []byte(token)) || !bytes.Contains(content, digest[:]) {
		t.Error("not the digest of the token is stored")
	}
}

func TestRolesRise_R4(t *testing.T) {
	roles := []role{viewer, editor, admin, owner}
	for rank, own := range roles {
		if name, err := own.MarshalText(); err != nil || parseRole(string(name)) != own {
			t.Errorf("%q, %v is the name of %d", name, err, own)
		}
		if err := own.require(roles[:rank+1]...); err != nil {
			t.Errorf("%d may not do what it may: %v", own, err)
		}
		for _, higher := range roles[rank+1:] {
			for _, needed := range [][]role{{higher}, {viewer, higher}, {higher, viewer}} {
				if err := own.require(needed...); !errors.Is(err, errForbidden) {
					t.Errorf("%d may do what %d may: %v", own, needed, err)
				}
			}
		}
	}
}

func TestAdminsDoNotMakeOwners_R5(t *testing.T) {
	s := start(t, "")
	alice := s.signUp("alice")
	team := s.makeWorkspace(alice)
	bob := s.invite(team, alice, "bob", "admin")
	s.signUp("carol")
	s.wantProblem(403, "forbidden", "PATCH", team+"/members/bob", bob, `{"role": "owner"}`)
	s.wantProblem(403, "forbidden", "POST", team+"/members", bob, `{"user": "carol", "role": "owner"}`)
	s.wantMembers(team, bob, "alice owner", "bob admin")
}

func TestOwnersWhoDemoteEachOther_R6(t *testing.T) {
	s := start(t, filepath.Join(t.TempDir(), "teams.db"))
	alice := s.signUp("alice")
	team := s.makeWorkspace(alice)
	demotedBy := map[string]string{"bob": alice, "alice": s.invite(team, alice, "bob", "owner")}
	statuses := make(chan int, len(demotedBy))
	var group sync.WaitGroup
	for name, token := range maps.All(demotedBy) {
		group.Go(func() {
			response, _ := s.send("PATCH", team+"/members/"+name, token, `{"role": "viewer"}`)
			statuses <- response.Code
		})
	}
	group.Wait()
	if got := []int{<-statuses, <-statuses}; min(got[0], got[1]) != 200 || max(got[0], got[1]) != 403 {
		t.Errorf("statuses %d, want 200 and 403", got)
	}
	owners := 0
	for _, item := range s.want(200, "GET", team+"/members", alice, "")["items"].([]any) {
		if item.(object)["role"] == "owner" {
			owners++
		}
	}
	if owners != 1 {
		t.Errorf("%d owners", owners)
	}
}

func TestRefusedDepartureIsUndone_R6(t *testing.T) {
	s := start(t, "")
	alice := s.signUp("alice")
	team := s.makeWorkspace(alice)
	s.wantProblem(409, "last_owner", "DELETE", team+"/members/alice", alice, "")
	s.wantMembers(team, alice, "alice owner")
}

func TestFailingStatementsAreInternalErrors(t *testing.T) {
	var logged bytes.Buffer
	log.SetOutput(&logged)
	defer log.SetOutput(os.Stderr)
	s := start(t, "")
	alice := s.signUp("alice")
	s.signUp("bob")
	team := s.makeWorkspace(alice)
	s.want(201, "POST", team+"/projects", alice, `{"name": "1"}`)
	site := team + "/projects/" + s.want(201, "POST", team+"/projects", alice, `{"name": "Site"}`)["id"].(string)

	type request struct{ method, path, body string }
	readSite, deleteSite := request{"GET", site, ""}, request{"DELETE", site, ""}
	renameSite := request{"PATCH", site, `{"name": "Wiki"}`}
	moveSite := request{"POST", site + "/move", fmt.Sprintf(`{"workspace_id": %q}`, strings.TrimPrefix(team, "/workspaces/"))}
	listProjects, addProject := request{"GET", team + "/projects", ""}, request{"POST", team + "/projects", `{"name": "Wiki"}`}
	listMembers, addMember := request{"GET", team + "/members", ""}, request{"POST", team + "/members", `{"user": "bob", "role": "viewer"}`}
	demote, leave := request{"PATCH", team + "/members/alice", `{"role": "owner"}`}, request{"DELETE", team + "/members/alice", ""}
	listTeams, addTeam := request{"GET", "/workspaces", ""}, request{"POST", "/workspaces", `{"name": "Other"}`}
	readTeam, deleteTeam := request{"GET", team, ""}, request{"DELETE", team, ""}

	hide := func(table string) [2]string {
		return [2]string{"ALTER TABLE " + table + " RENAME TO hidden", "ALTER TABLE hidden RENAME TO " + table}
	}
	forbid := func(event string) [2]string {
		return [2]string{"CREATE TRIGGER t BEFORE " + event + " BEGIN SELECT RAISE(ABORT, 'forbidden'); END", "DROP TRIGGER t"}
	}
	showProjectsWithID := func(id string) [2]string {
		view := "; CREATE VIEW projects AS SELECT " + id + " AS id, workspace_id, name, position FROM hidden"
		return [2]string{hide("projects")[0] + view, "DROP VIEW projects; " + hide("projects")[1]}
	}
	for _, failure := range []struct {
		breakAndMend [2]string
		requests     []request
	}{
		{hide("users"), []request{listTeams, {"POST", "/users", `{"name": "carol"}`}}},
		{hide("workspaces"), []request{listTeams, addTeam, readTeam, deleteTeam}},
		{hide("members"), []request{readTeam, deleteTeam, listMembers, addMember, demote, leave, listProjects, addProject, readSite}},
		{hide("projects"), []request{listProjects, addProject, readSite, renameSite, moveSite, deleteSite}},
		{[2]string{"ALTER TABLE members RENAME position TO p", "ALTER TABLE members RENAME p TO position"}, []request{listMembers, demote, leave}},
		{forbid("INSERT ON members"), []request{addTeam, addMember}},
		{forbid("UPDATE ON members"), []request{demote}},
		{forbid("DELETE ON members"), []request{leave}},
		{forbid("UPDATE ON projects"), []request{renameSite, moveSite}},
		{forbid("DELETE ON projects"), []request{deleteSite}},
		{showProjectsWithID("NULL"), []request{listProjects}},
		{showProjectsWithID("json(name)"), []request{listProjects}},
	} {
		s.exec(failure.breakAndMend[0])
		for _, request := range failure.requests {
			logged.Reset()
			s.wantProblem(http.StatusInternalServerError, "internal_error", request.method, request.path, alice, request.body)
			if logged.Len() == 0 {
				t.Errorf("%v: nothing is logged", request)
			}
		}
		s.exec(failure.breakAndMend[1])
	}
	s.wantMembers(team, alice, "alice owner")
	s.want(200, "GET", site, alice, "")

	recorder := httptest.NewRecorder()
	broken := httptest.NewRequest("POST", "/users", iotest.ErrReader(errors.New("broken")))
	broken.Header.Set("Content-Type", "application/json")
	s.app.ServeHTTP(recorder, broken)
	if recorder.Code != http.StatusInternalServerError {
		t.Errorf("a body that can't be read: %d", recorder.Code)
	}

	s.app.Close()
	if err := inTransaction(s.app.db, func(*sql.Tx) error { return nil }); err == nil {
		t.Error("a transaction on a closed database")
	}
}

func (s server) exec(statements string) {
	s.Helper()
	if _, err := s.app.db.Exec(statements); err != nil {
		s.Fatal(statements, err)
	}
}
