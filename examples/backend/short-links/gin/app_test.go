package main_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	links "example.com/short-links"
)

const (
	target = "https://example.com/page"
	past   = "2001-02-03T04:05:06Z"
	future = "2099-12-31T23:59:59Z"
)

type object = map[string]any

// client sends requests to an app of its own, with a tenant's key unless that is empty.
type client struct {
	*testing.T
	app *links.App
	key string
}

// reply is what the app answered.
type reply struct {
	status       int
	mediaType    string
	location     string
	cacheControl string
	body         string
}

func newClient(t *testing.T, databasePath string) client {
	t.Helper()
	app, err := links.NewApp(links.Options{DatabasePath: databasePath})
	if err != nil || app == nil {
		t.Fatalf("NewApp: %v, %v", app, err)
	}
	t.Cleanup(func() { app.Close() })
	return client{T: t, app: app}
}

// newTenants gives clients with the keys of two tenants of a new app.
func newTenants(t *testing.T) (alice, bob client) {
	t.Helper()
	c := newClient(t, "")
	return c.signUp("alice"), c.signUp("bob")
}

func (c client) withKey(key string) client {
	c.key = key
	return c
}

func (c client) signUp(name string) client {
	c.Helper()
	tenant := c.object(c.post("/tenants", object{"name": name}), http.StatusCreated)
	return c.withKey(tenant["api_key"].(string))
}

func (c client) do(method, path, body string, headers map[string]string) reply {
	request := httptest.NewRequest(method, path, strings.NewReader(body))
	if c.key != "" {
		request.Header.Set("X-Api-Key", c.key)
	}
	for name, value := range headers {
		request.Header.Set(name, value)
	}
	recorder := httptest.NewRecorder()
	c.app.ServeHTTP(recorder, request)
	header := recorder.Header()
	mediaType, _, _ := strings.Cut(header.Get("Content-Type"), ";")
	return reply{recorder.Code, mediaType, header.Get("Location"), header.Get("Cache-Control"), recorder.Body.String()}
}

// sendJSON sends a string as it is, anything else as JSON.
func (c client) sendJSON(method, path string, body any) reply {
	text, raw := body.(string)
	if !raw {
		encoded, err := json.Marshal(body)
		if err != nil {
			c.Fatal(err)
		}
		text = string(encoded)
	}
	return c.do(method, path, text, map[string]string{"Content-Type": "application/json"})
}

func (c client) get(path string) reply {
	return c.do(http.MethodGet, path, "", nil)
}

func (c client) post(path string, body any) reply {
	return c.sendJSON(http.MethodPost, path, body)
}

func (c client) patch(code string, body any) reply {
	return c.sendJSON(http.MethodPatch, "/links/"+code, body)
}

func (c client) delete(code string) reply {
	return c.do(http.MethodDelete, "/links/"+code, "", nil)
}

func (c client) create(fields object) object {
	c.Helper()
	body := object{"url": target}
	maps.Copy(body, fields)
	return c.object(c.post("/links", body), http.StatusCreated)
}

func (c client) read(code string) object {
	c.Helper()
	return c.object(c.get("/links/"+code), http.StatusOK)
}

// links lists the links of the tenant; never nil.
func (c client) links() []object {
	c.Helper()
	var body struct{ Items []object }
	if err := json.Unmarshal([]byte(c.ok(c.get("/links"), http.StatusOK)), &body); err != nil || body.Items == nil {
		c.Fatalf("%v, %v", body, err)
	}
	return body.Items
}

// follow gives the target of a redirect.
func (c client) follow(code string) string {
	c.Helper()
	got := c.get("/r/" + code)
	if got.status != http.StatusFound || got.cacheControl != "no-store" {
		c.Fatalf("redirect: %+v", got)
	}
	return got.location
}

// ok gives the body of a successful reply.
func (c client) ok(got reply, status int) string {
	c.Helper()
	if got.status != status || got.mediaType != "application/json" {
		c.Fatalf("got %+v, want %d", got, status)
	}
	return got.body
}

func (c client) object(got reply, status int) object {
	c.Helper()
	var body object
	if err := json.Unmarshal([]byte(c.ok(got, status)), &body); err != nil {
		c.Fatal(err)
	}
	return body
}

// problem checks an error reply; faulty are the names in its errors, of which most problems have none.
func (c client) problem(got reply, status int, code string, faulty ...string) {
	c.Helper()
	var body struct {
		Type, Title string
		Status      int
		Errors      map[string]string
	}
	decoder := json.NewDecoder(strings.NewReader(got.body))
	decoder.DisallowUnknownFields()
	err := decoder.Decode(&body)
	right := err == nil && !decoder.More() && got.status == status && got.mediaType == "application/problem+json" &&
		body.Type == "/problems/"+code && body.Title != "" && body.Status == status
	if !right {
		c.Fatalf("got %+v, want %d %s", got, status, code)
	}
	names := slices.Sorted(maps.Keys(body.Errors))
	slices.Sort(faulty)
	if !slices.Equal(names, faulty) || slices.Contains(slices.Collect(maps.Values(body.Errors)), "") {
		c.Fatalf("got errors %v, want %v", body.Errors, faulty)
	}
}

func (c client) faulty(got reply, names ...string) {
	c.Helper()
	c.problem(got, http.StatusUnprocessableEntity, "validation_failed", names...)
}

func (c client) unauthorized(got reply) {
	c.Helper()
	c.problem(got, http.StatusUnauthorized, "unauthorized")
}

func (c client) notFound(got reply) {
	c.Helper()
	c.problem(got, http.StatusNotFound, "not_found")
}

func (c client) taken(got reply) {
	c.Helper()
	c.problem(got, http.StatusConflict, "code_taken")
}

func (c client) expired(got reply) {
	c.Helper()
	c.problem(got, http.StatusGone, "expired")
}

// equal compares values, of which numbers in objects are float64.
func equal(t testing.TB, got, want any) {
	t.Helper()
	if !reflect.DeepEqual(got, want) {
		t.Fatalf("got %v, want %v", got, want)
	}
}

func changed(link object, fields object) object {
	copied := maps.Clone(link)
	maps.Copy(copied, fields)
	return copied
}

// utc is a point in time, relative to the current second, as the API writes it.
func utc(seconds int) string {
	return time.Now().UTC().Add(time.Duration(seconds) * time.Second).Format("2006-01-02T15:04:05Z")
}

// together calls a function with 0, 1, ... at the same time.
func together(count int, call func(int)) {
	var group sync.WaitGroup
	start := make(chan struct{})
	for i := range count {
		group.Go(func() {
			<-start
			call(i)
		})
	}
	close(start)
	group.Wait()
}

func TestHealth_R1(t *testing.T) {
	c := newClient(t, "")
	equal(t, c.object(c.get("/health"), http.StatusOK), object{"status": "ok"})
}

func TestLinkIsCreatedAndRead_R1(t *testing.T) {
	alice, _ := newTenants(t)
	want := object{"code": "a-Z_9", "url": target, "expires_at": future, "hits": 0.0}
	got := alice.post("/links", object{"url": target, "code": "a-Z_9", "expires_at": future})
	equal(t, alice.object(got, http.StatusCreated), want)
	equal(t, got.location, "/links/a-Z_9")
	equal(t, alice.read("a-Z_9"), want)
}

func TestCodesAreMade_R1(t *testing.T) {
	alice, _ := newTenants(t)
	seen := map[string]bool{}
	for range 10 {
		link := alice.create(nil)
		code := link["code"].(string)
		if !regexp.MustCompile("^[A-Za-z0-9]{8}$").MatchString(code) || seen[code] {
			t.Fatalf("code %q", code)
		}
		seen[code] = true
		equal(t, link, object{"code": code, "url": target, "expires_at": nil, "hits": 0.0})
	}
}

func TestListIsOldestFirst_R1(t *testing.T) {
	alice, _ := newTenants(t)
	want := []object{}
	equal(t, alice.links(), want)
	for _, code := range []string{"mmm", "zzz", "AAA", "aaa", "---"} {
		want = append(want, alice.create(object{"code": code}))
	}
	equal(t, alice.links(), want)
}

func TestEverythingIsThereAfterARestart_R1(t *testing.T) {
	path := filepath.Join(t.TempDir(), "database.sqlite3")
	alice := newClient(t, path).signUp("alice")
	first := alice.create(object{"code": "first"})
	expired := alice.create(object{"expires_at": past})
	alice.create(object{"code": "deleted"})
	alice.delete("deleted")
	alice.follow("first")
	if err := alice.app.Close(); err != nil {
		t.Fatal(err)
	}

	after := newClient(t, path).withKey(alice.key)
	equal(t, after.links(), []object{changed(first, object{"hits": 1.0}), expired})
	equal(t, after.follow("first"), target)
	after.taken(after.post("/links", object{"url": target, "code": "deleted"}))
}

func TestDatabasesInMemoryAreApart_R1(t *testing.T) {
	alice, _ := newTenants(t)
	other := newClient(t, "").withKey(alice.key)
	other.unauthorized(other.get("/links"))
}

func TestTenants_R2(t *testing.T) {
	c := newClient(t, "")
	name := strings.Repeat("😀", 100)
	first := c.object(c.post("/tenants", object{"name": name}), http.StatusCreated)
	second := c.object(c.post("/tenants", object{"name": name}), http.StatusCreated)
	equal(t, slices.Sorted(maps.Keys(first)), []string{"api_key", "id", "name"})
	equal(t, first["name"], name)
	if !regexp.MustCompile("^[A-Za-z0-9_-]{32,}$").MatchString(first["api_key"].(string)) {
		t.Fatalf("key %v", first["api_key"])
	}
	if first["id"] == second["id"] || first["api_key"] == second["api_key"] {
		t.Fatalf("%v and %v are alike", first, second)
	}
}

func TestMissingAndUnknownKeys_R2(t *testing.T) {
	alice, _ := newTenants(t)
	link := alice.create(object{"code": "link"})
	for _, key := range []string{"", "unknown", alice.key[1:], alice.key + "x"} {
		c := alice.withKey(key)
		c.unauthorized(c.get("/links"))
		c.unauthorized(c.post("/links", "{"))
		c.unauthorized(c.get("/links/link"))
		c.unauthorized(c.patch("link", object{"expires_at": past}))
		c.unauthorized(c.delete("link"))
	}
	equal(t, alice.links(), []object{link})
}

func TestKeysAreNotStored_R2(t *testing.T) {
	folder := t.TempDir()
	tenant := newClient(t, filepath.Join(folder, "database.sqlite3")).signUp("bob of example.com")
	var stored []byte
	files, err := filepath.Glob(filepath.Join(folder, "*"))
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		content, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		stored = append(stored, content...)
	}
	equal(t, bytes.Contains(stored, []byte("bob of example.com")), true)
	equal(t, bytes.Contains(stored, []byte(tenant.key)), false)
}

func TestLinkOfAnotherTenant_R3(t *testing.T) {
	for _, method := range []string{http.MethodGet, http.MethodPatch, http.MethodDelete} {
		t.Run(method, func(t *testing.T) {
			alice, bob := newTenants(t)
			link := alice.create(object{"code": "link"})
			foreign := bob.sendJSON(method, "/links/link", object{"expires_at": past})
			unknown := bob.sendJSON(method, "/links/unknown", object{"expires_at": past})
			bob.notFound(foreign)
			equal(t, foreign, unknown)
			equal(t, bob.links(), []object{})
			equal(t, alice.read("link"), link)
			equal(t, bob.follow("link"), target)
		})
	}
}

func TestCodesStayTaken_R4(t *testing.T) {
	alice, bob := newTenants(t)
	used := alice.create(object{"code": "used"})
	alice.create(object{"code": "deleted"})
	equal(t, alice.delete("deleted").status, http.StatusNoContent)
	for _, tenant := range []client{alice, bob} {
		tenant.taken(tenant.post("/links", object{"url": target, "code": "used"}))
		tenant.taken(tenant.post("/links", object{"url": target, "code": "deleted"}))
	}
	equal(t, bob.create(object{"code": "USED"})["code"], "USED")
	equal(t, alice.links(), []object{used})
}

func TestConcurrentCreationsWithOneCode_R4(t *testing.T) {
	alice, bob := newTenants(t)
	statuses := make([]int, 16)
	together(len(statuses), func(i int) {
		tenant := []client{alice, bob}[i%2]
		statuses[i] = tenant.post("/links", object{"url": target, "code": "same"}).status
	})
	slices.Sort(statuses)
	equal(t, statuses, append([]int{http.StatusCreated}, slices.Repeat([]int{http.StatusConflict}, 15)...))
	equal(t, len(alice.links())+len(bob.links()), 1)
}

func TestLocationIsAsSent_R5(t *testing.T) {
	alice, _ := newTenants(t)
	for _, url := range []string{"http://example.com", "HTTPS://Example.COM:443/../a%7e?b=\"<>^`{|}'&c#d@e:f"} {
		code := alice.create(object{"url": url})["code"].(string)
		headers := map[string]string{"X-Forwarded-Host": "other.example", "Referer": "http://other.example/"}
		got := alice.do(http.MethodGet, "/r/"+code+"?url=https://example.com/other&next=x&%zz", "", headers)
		equal(t, []any{got.status, got.location, got.cacheControl}, []any{http.StatusFound, url, "no-store"})
		equal(t, alice.read(code)["hits"], 1.0)
	}
}

func TestConcurrentRedirectsAreAllCounted_R5(t *testing.T) {
	alice, _ := newTenants(t)
	alice.create(object{"code": "link"})
	locations := make([]string, 30)
	together(len(locations), func(i int) { locations[i] = alice.get("/r/link").location })
	equal(t, locations, slices.Repeat([]string{target}, 30))
	equal(t, alice.read("link")["hits"], 30.0)
}

func TestLinkExpiresAtItsTime_R6(t *testing.T) {
	alice, _ := newTenants(t)
	for _, seconds := range []int{-86_400, -1, 0} {
		link := alice.create(object{"expires_at": utc(seconds)})
		alice.expired(alice.get("/r/" + link["code"].(string)))
		equal(t, alice.read(link["code"].(string)), link)
	}
	for _, seconds := range []int{60, 86_400} {
		code := alice.create(object{"expires_at": utc(seconds)})["code"].(string)
		equal(t, alice.follow(code), target)
		equal(t, alice.read(code)["hits"], 1.0)
	}
	equal(t, len(alice.links()), 5)
}

func TestExpiryIsChangedBothWays_R6(t *testing.T) {
	alice, _ := newTenants(t)
	link := alice.create(object{"code": "link"})
	got := alice.object(alice.patch("link", object{"expires_at": past}), http.StatusOK)
	equal(t, got, changed(link, object{"expires_at": past}))
	alice.expired(alice.get("/r/link"))
	got = alice.object(alice.patch("link", object{"expires_at": future}), http.StatusOK)
	equal(t, got["expires_at"], future)
	equal(t, alice.follow("link"), target)
	got = alice.object(alice.patch("link", object{"expires_at": nil}), http.StatusOK)
	equal(t, got, changed(link, object{"hits": 1.0}))
	equal(t, alice.follow("link"), target)
}

func TestDeletedAndUnknownLinks_R6(t *testing.T) {
	alice, _ := newTenants(t)
	alice.create(object{"code": "deleted", "expires_at": past})
	got := alice.delete("deleted")
	equal(t, []any{got.status, got.body}, []any{http.StatusNoContent, ""})
	for _, code := range []string{"deleted", "unknown", "%00", "a%2Fb", strings.Repeat("a", 40)} {
		alice.notFound(alice.get("/r/" + code))
		alice.notFound(alice.get("/links/" + code))
		alice.notFound(alice.patch(code, object{"expires_at": nil}))
		alice.notFound(alice.delete(code))
	}
}

func TestInternalHostsAreRefused_R7(t *testing.T) {
	alice, _ := newTenants(t)
	hosts := `localhost LOCALHOST. a.localhost 127.0.0.1 127.1. 2130706433 0177.0.0.1 0x7f.0x.1 0 0x 10.255.255.255
		100.64.0.0 100.127.255.255 169.254.169.254 172.16.0.0 172.31.255.255 192.168.0.1 224.0.0.0 4294967295 [::1] [::]
		[::ffff:127.0.0.1] [::ffff:7f00:1] [::10.0.0.1] [64:ff9b::a00:1] [fc00::] [fdff::1] [fe80::1] [febf::1] [ff02::1]`
	for _, host := range strings.Fields(hosts) {
		t.Log(host)
		alice.faulty(alice.post("/links", object{"url": "http://" + host + "/"}), "url")
	}
	equal(t, alice.links(), []object{})
}

func TestOtherHostsAreAccepted_R7(t *testing.T) {
	alice, _ := newTenants(t)
	hosts := `localhost.example alocalhost 127.0.0.1.example 192.0.2.1 192.0.513 3221225985 0300.0.2.1 0xc0.0x.2.1.
		1.0.0.0 9.255.255.255 11.0.0.0 100.63.255.255 100.128.0.0 128.0.0.0 172.15.255.255 172.32.0.0 223.255.255.255
		[2001:db8::1] [::ffff:192.0.2.1] [::1:7f00:1:1] [64:ff9b:1::7f00:1] [fbff::] [fe00::] [fec0::] [feff::]`
	for _, host := range strings.Fields(hosts) {
		t.Log(host)
		url := "http://" + host + "/"
		equal(t, alice.create(object{"url": url})["url"], url)
	}
}

func TestFaultyTargets_R8(t *testing.T) {
	alice, _ := newTenants(t)
	targets := `ftp://example.com //example.com example.com http:example.com http:///a http:// http://?a http://:80
		http://alice@example.com http://example.com@192.0.2.1 http://example.com\ http://example.com:0 http://a:
		http://example.com:65536 http://example.com:000080 http://1.2.3.4.5 http://256.1.1.1 http://1.2.65536
		http://4294967296 http://08 http://a.1 http://0x100.1 http://a..b http://.a http://a.. http://a%2eb http://[]
		http://[2001:db8::1%lo] http://[1::2::3] http://[1:2:3:4:5:6:7:8::] http://2001:db8::1 http://[2001:db8::1].
		http://[1.2.3.4] http://exämple.com httpſ://example.com`
	faulty := []any{"", " http://example.com", "http://example.com/\n", "http://a b", "http://a/\x00", nil, 7, []string{target},
		"http://a/" + strings.Repeat("x", 1992), "http://" + strings.Repeat("a", 64), "http://" + strings.Repeat("a.", 126) + "aa"}
	for _, text := range strings.Fields(targets) {
		faulty = append(faulty, text)
	}
	for _, url := range faulty {
		t.Log(url)
		alice.faulty(alice.post("/links", object{"url": url}), "url")
	}
}

func TestExtremeTargets_R8(t *testing.T) {
	alice, _ := newTenants(t)
	for _, url := range []string{
		"HTTP://Example.com/@", "http://example.com?a@b", "http://example.com#@[]\"<>", "http://example.com:1",
		"http://example.com:65535", "http://example.com:00080/a:b@c", "http://a/" + strings.Repeat("x", 1991),
		"http://" + strings.Repeat("a", 63), "http://" + strings.Repeat("a.", 127),
	} {
		equal(t, alice.create(object{"url": url})["url"], url)
	}
}

func TestAllFaultyFieldsAreNamed_R9(t *testing.T) {
	alice, _ := newTenants(t)
	alice.faulty(alice.post("/links", object{"hits": 1, "Url": target, "": nil, "code": nil}), "url", "hits", "Url", "", "code")
	alice.faulty(alice.patch("link", object{"url": target}), "url", "expires_at")
	for _, name := range []any{"", strings.Repeat("a", 101), "a\x00", nil, 7} {
		alice.faulty(alice.post("/tenants", object{"name": name}), "name")
	}
	for _, code := range []any{"", "ab", strings.Repeat("a", 33), "a.b", "abc\n", "abé", 123} {
		alice.faulty(alice.post("/links", object{"url": target, "code": code}), "code")
	}
}

func TestFaultyTimes_R9(t *testing.T) {
	alice, _ := newTenants(t)
	alice.create(object{"code": "link"})
	times := `2030-02-29T00:00:00Z 2030-13-01T00:00:00Z 2030-01-31T24:00:00Z 2030-01-31T23:59:60Z 1999-12-31T23:59:59Z
		2100-01-01T00:00:00Z 2030-01-31T10:00:00 2030-01-31T10:00:00.0Z 2030-01-31T10:00:00,5Z 2030-01-31T10:00:00+00:00
		2030-01-31t10:00:00z 2030-1-31T10:00:00Z 2030-01-31T1:00:00Z 2030-01-31 20300131T100000Z`
	faulty := []any{"2030-01-31T10:00:00Z\n", "2030-01-31 10:00:00Z", "", 0, false}
	for _, text := range strings.Fields(times) {
		faulty = append(faulty, text)
	}
	for _, value := range faulty {
		t.Log(value)
		alice.faulty(alice.post("/links", object{"url": target, "expires_at": value}), "expires_at")
		alice.faulty(alice.patch("link", object{"expires_at": value}), "expires_at")
	}
	for _, text := range []string{"2000-01-01T00:00:00Z", "2028-02-29T23:59:59Z", future} {
		equal(t, alice.create(object{"expires_at": text})["expires_at"], text)
	}
}

func TestMalformedBodies_R9(t *testing.T) {
	alice, _ := newTenants(t)
	for _, body := range []string{"", "{", "[]", "null", `{"a": NaN}`, "{\"url\": \"\xff\"}", "{\x00}\x00", "{} {}"} {
		for method, path := range map[string]string{http.MethodPost: "/links", http.MethodPatch: "/links/unknown"} {
			alice.problem(alice.sendJSON(method, path, body), http.StatusBadRequest, "malformed_json")
		}
		alice.problem(alice.post("/tenants", body), http.StatusBadRequest, "malformed_json")
	}
}

func TestOrderOfFaults_R9(t *testing.T) {
	alice, _ := newTenants(t)
	alice.create(object{"code": "taken"})
	plain := map[string]string{"Content-Type": "text/plain"}
	nobody := alice.withKey("")
	nobody.unauthorized(nobody.do(http.MethodPost, "/links", "{", plain))
	for _, headers := range []map[string]string{plain, nil} {
		got := alice.do(http.MethodPost, "/links", "{", headers)
		alice.problem(got, http.StatusUnsupportedMediaType, "unsupported_media_type")
	}
	alice.problem(alice.patch("unknown", "{"), http.StatusBadRequest, "malformed_json")
	alice.faulty(alice.patch("unknown", object{}), "expires_at")
	alice.faulty(alice.post("/links", object{"url": "http://127.1", "code": "taken"}), "url")
	json := map[string]string{"Content-Type": "Application/JSON; charset=utf-8"}
	alice.ok(alice.do(http.MethodPost, "/links", fmt.Sprintf(`{"url": %q}`, target), json), http.StatusCreated)
}

func TestRequestToAClosedDatabase_R9(t *testing.T) {
	alice, _ := newTenants(t)
	if err := alice.app.Close(); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{"/r/link", "/links"} {
		got := alice.get(path)
		if got.status != http.StatusInternalServerError || got.mediaType != "application/problem+json" || got.location != "" {
			t.Errorf("%s: got %+v", path, got)
		}
	}
}

func TestUnknownPaths_R9(t *testing.T) {
	alice, _ := newTenants(t)
	for _, path := range []string{"/", "/r", "/nothing", "/Links", "/links/a/b", "/tenants/x"} {
		alice.notFound(alice.get(path))
		alice.notFound(alice.withKey("").get(path))
	}
}
