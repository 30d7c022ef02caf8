# frozen_string_literal: true

require "minitest/autorun"
require "socket"
require_relative "collection_mirror"

class TestCollectionMirror < Minitest::Test
  # Answers each request on a path with its next reply, and with the last one from then on.
  class Server
    Reply = Struct.new(:status, :headers, :body)
    attr_reader :routes, :accepted

    def initialize
      @routes = {}
      @requests = []
      @accepted = []
      @held = []
      @socket = TCPServer.new("127.0.0.1", 0)
      @thread = Thread.new { serve }
      @thread.report_on_exception = false
    end

    def port
      @socket.addr[1]
    end

    def url(path)
      "http://127.0.0.1:#{port}#{path}"
    end

    # The requests since the last call: path and If-None-Match.
    def taken
      @requests.slice!(0..)
    end

    def close
      @thread.kill
      @thread.join
      @socket.close
      @held.each(&:close)
    end

    private

    def serve
      loop do
        client = @socket.accept
        handle(client)
      rescue SystemCallError
        nil # The client does not want the rest.
      end
    end

    def handle(client)
      method, path = client.gets("\r\n").split
      headers = {}
      while (line = client.gets("\r\n", chomp: true)) != ""
        name, value = line.split(": ", 2)
        headers[name.downcase] = value
      end
      @requests << [path, headers["if-none-match"]].compact.join(" ")
      @accepted << "#{method} #{headers["accept"]}"
      replies = @routes.fetch(path) { [Reply.new(404, [], "")] }
      answer(client, replies.size > 1 ? replies.shift : replies.first)
    end

    def answer(client, reply)
      return @held << client if reply == :hold
      return client.close if reply == :close
      return client.write("HTTP/1.1 200 Any\r\nContent-Length: 9\r\n\r\n[]"), client.close if reply == :cut

      client.write("HTTP/1.1 #{reply.status} Any\r\nConnection: close\r\n", *reply.headers.map { |line| "#{line}\r\n" })
      if reply.body.is_a?(Array) # a body that never ends
        client.write("Content-Length: 1000000\r\n\r\n", *reply.body)
        return @held << client
      end
      client.write(reply.status == 304 ? "\r\n" : "Content-Length: #{reply.body.bytesize}\r\n\r\n#{reply.body}")
      client.close
    end
  end

  def setup
    @servers = []
    @server = start
    @sleeps = []
  end

  def teardown
    @servers.each(&:close)
  end

  def start
    @servers.push(Server.new).last
  end

  def routes
    @server.routes
  end

  def reply(status, *headers, body: "")
    Server::Reply.new(status, headers, body)
  end

  def page(ids, link: nil, etag: nil)
    body = JSON.generate(ids.chars.map { |id| { id: id, name: id.upcase } })
    reply(200, *(link && "Link: #{link}"), *(etag && "ETag: #{etag}"), body: body)
  end

  def mirror(path = "/1", **settings)
    ConditionalSync::CollectionMirror.new(@server.url(path), sleep: @sleeps.method(:push), **settings)
  end

  def ids(mirror)
    mirror.sync.map(&:id).join
  end

  def assert_fails(kind, path, status = nil, with: mirror)
    error = assert_raises(ConditionalSync::SyncError) { with.sync }
    assert_equal [kind, @server.url(path), status], [error.kind, error.url, error.status]
    assert_equal "#{kind} at #{error.url}#{" (status #{status})" if status}", error.message
    error
  end

  def test_all_items_in_order_without_repeated_ids__R1
    routes["/1"] = [reply(200, "Link: </2>; rel=\"next\"", body: '[{"id":"b","name":"\u00fc"},{"id":"a","x":[1],"name":""}]')]
    routes["/2"] = [page("bc", link: "</3>; rel=\"next\"")]
    routes["/3"] = [page("cad")]
    assert_equal [%w[b ü], ["a", ""], %w[c C], %w[d D]], mirror.sync.map(&:to_a)
    assert_equal %w[/1 /2 /3], @server.taken
    assert_equal ["GET application/json"], @server.accepted.uniq
  end

  def test_an_empty_collection__R1
    routes["/1"] = [page("")]
    assert_equal [], mirror.sync
    assert_equal ["/1"], @server.taken
  end

  def test_next_page_among_links__R2
    {
      "</2>; rel=next" => "/2",
      "</2>;rel=next" => "/2",
      '</2> ; REL = "prefetch NEXT"' => "/2",
      '</0>; rel="prev", </2>; title="x"; rel="next", </3>; rel="next"' => "/2",
      "</a,b;c>; rel=prev,</2?a=1,2;b>; title=x; rel=Next" => "/2?a=1,2;b",
      '</0>; title="\", </3>; rel=next, <x>; rel=\"next"; rel=first, , </2>; rel="next"; crossorigin' => "/2",
      "</0>; rel=prev; rel=next, </2>;; rel=next;" => "/2",
      "<?page=2>; rel=next" => "/1?page=2",
      "</2#top>; rel=next" => "/2",
      "<//127.0.0.1:#{@server.port}/2>; rel=next" => "/2",
      "<http://127.0.0.1:#{@server.port}/2>; rel=next" => "/2"
    }.each do |link, path|
      routes.replace("/1?page=1" => [page("a", link: link)], path => [page("b")])
      assert_equal "ab", ids(mirror("/1?page=1")), link
      assert_equal ["/1?page=1", path], @server.taken
    end
  end

  def test_several_link_fields_and_other_relations__R2
    routes["/1"] = [reply(200, "Link: </0>; rel=prev", "Link: </2>; rel=next", body: page("a").body)]
    routes["/2"] = [page("b", link: '</0>; rel="prev nextish", </9>; title=next, </9>; rel, </9>')]
    assert_equal "ab", ids(mirror)
  end

  def test_other_origins_are_refused__R3
    other = start
    other.routes["/2"] = routes["/2"] = [page("b")]
    port = @server.port
    ["http://127.0.0.1:#{other.port}/2", "//127.0.0.1:#{other.port}/2", "http://localhost:#{port}/2",
     "https://127.0.0.1:#{port}/2", "http://alice@127.0.0.1:#{port}/2", "ftp://127.0.0.1:#{port}/2",
     "javascript:alert(1)"].each do |reference|
      routes["/1"] = [page("a", link: "<#{reference}>; rel=next")]
      assert_fails :origin, "/1"
      assert_equal [["/1"], []], [@server.taken, other.taken], reference
    end
  end

  def test_what_is_no_list_of_links_is_refused__R3
    ["</2; rel=next", "/2; rel=next", "</2> rel=next", "</2>; rel=next x", '</2>; rel="next',
     "</2>; rel=next </3>", "</2>#{";    " * 500}\"", "</2>#{"; x =   " * 500}\"", "</2>#{'; x=""  ' * 500}\""].each do |link|
      routes["/1"] = [page("a", link: link)]
      assert_fails :link, "/1"
      assert_equal ["/1"], @server.taken, link
    end
  end

  def test_references_of_other_forms_are_refused__R3
    ["", "2", "./2", "#x", "/2 3", "/2\\3", '/2"', "/2^", "/2`", "/2{", "/2|", "1x:/2"].each do |reference|
      routes["/1"] = [page("a", link: "<#{reference}>; rel=next")]
      assert_fails :link, "/1"
      assert_equal ["/1"], @server.taken, reference
    end
  end

  def test_a_redirect_is_not_followed__R3
    routes["/1"] = [reply(302, "Location: /2")]
    routes["/2"] = [page("b")]
    assert_fails :status, "/1", 302
    assert_equal ["/1"], @server.taken
  end

  def test_remembered_pages_are_asked_for_with_their_etags__R4
    routes["/1"] = [page("ab", link: "</2>; rel=next", etag: 'W/"one"')]
    routes["/2"] = [page("cd", link: "</3>; rel=next", etag: '"two"')]
    routes["/3"] = [page("e")]
    subject = mirror
    assert_equal "abcde", ids(subject)
    @server.taken
    routes["/1"] = [reply(304, 'ETag: "other"')]
    routes["/2"] = [page("x", link: "</3>; rel=next", etag: '"new"')]
    assert_equal "abxe", ids(subject)
    assert_equal ['/1 W/"one"', '/2 "two"', "/3"], @server.taken
    routes["/2"] = [reply(304)]
    assert_equal "abxe", ids(subject)
    assert_equal ['/1 W/"one"', '/2 "new"', "/3"], @server.taken
    routes["/2"] = [page("y")]
    assert_equal %w[aby aby], [ids(subject), ids(subject)]
    assert_equal ['/1 W/"one"', "/2"], @server.taken.drop(2)
  end

  def test_nobody_who_has_the_items_can_change_what_is_remembered__R4
    routes["/1"] = [page("ab", etag: '"1"'), reply(304)]
    first = (subject = mirror).sync
    assert_raises(FrozenError) { first[0].id = "x" }
    assert_raises(FrozenError) { first[0].id << "x" }
    first.pop
    assert_equal "ab", ids(subject)
  end

  def test_a_failed_run_changes_nothing_of_what_is_remembered__R5
    routes["/1"] = [page("a", link: "</2>; rel=next", etag: '"1"')]
    routes["/2"] = [page("b", etag: '"2"')]
    (subject = mirror).sync
    routes["/1"] = [page("c", link: "</2>; rel=next", etag: '"3"')]
    routes["/2"] = [reply(500)]
    assert_fails :status, "/2", 500, with: subject
    routes["/1"] = routes["/2"] = [reply(304)]
    @server.taken
    assert_equal "ab", ids(subject)
    assert_equal ['/1 "1"', '/2 "2"'], @server.taken
  end

  def test_pages_that_are_gone_are_forgotten__R5
    first = page("a", link: "</2>; rel=next")
    routes["/1"] = [first, page("a"), first]
    routes["/2"] = [page("b", etag: '"2"')]
    subject = mirror
    assert_equal %w[ab a ab], [ids(subject), ids(subject), ids(subject)]
    assert_equal %w[/1 /2 /1 /1 /2], @server.taken
  end

  def test_a_304_that_was_not_asked_for__R5
    routes["/1"] = [reply(304), page("a"), reply(304)]
    subject = mirror
    assert_fails :status, "/1", 304, with: subject
    assert_equal "a", ids(subject)
    assert_fails :status, "/1", 304, with: subject
  end

  def test_requested_again_after_the_wait_that_is_asked_for__R6
    waits = ["0", "7", "60", "007", "", "-1", "1.5", "+2", "2 s", "Wed, 21 Oct 2026 07:28:00 GMT"]
    busy = waits.each_with_index.map { |wait, index| reply(index.odd? ? 503 : 429, "Retry-After: #{wait}") }
    routes["/1"] = [page("a", etag: '"1"'), *busy, reply(503), reply(304)]
    (subject = mirror(max_retries: 11)).sync
    @server.taken
    assert_equal "a", ids(subject)
    assert_equal [0, 7, 60, 7, 1, 1, 1, 1, 1, 1, 1], @sleeps
    assert_equal ['/1 "1"'], @server.taken.uniq
  end

  def test_retries_are_counted_for_each_page__R6
    busy = reply(503)
    routes["/1"] = [busy, busy, busy, page("a", link: "</2>; rel=next")]
    routes["/2"] = [busy, busy, busy, reply(429), page("b")]
    assert_fails :unavailable, "/2", 429
    assert_equal [6, 8], [@sleeps.size, @server.taken.size]
  end

  def test_a_wait_that_is_too_long_ends_the_run__R6
    routes["/1"] = ["61", "9" * 400, "5", "6"].map { |wait| reply(429, "Retry-After: #{wait}") }
    [{}, {}, { max_wait: 5, max_retries: 2 }].each do |settings|
      assert_fails :unavailable, "/1", 429, with: mirror(**settings)
    end
    assert_equal [[5], 4], [@sleeps, @server.taken.size]
  end

  def test_a_loop_of_pages_ends__R7
    routes["/1"] = [page("a", link: "</2>; rel=next")]
    routes["/2"] = [page("b", link: "</1#again>; rel=next")]
    assert_fails :loop, "/1"
    assert_fails :loop, "/1", with: mirror(max_pages: 2)
    assert_equal %w[/1 /2 /1 /2], @server.taken
  end

  def test_no_more_pages_than_the_limit__R7
    routes["/1"] = [page("a", link: "</2>; rel=next")]
    routes["/2"] = [page("b", link: "</3>; rel=next")]
    routes["/3"] = [page("c")]
    assert_equal "abc", ids(mirror(max_pages: 3))
    @server.taken
    assert_fails :pages, "/3", with: mirror(max_pages: 2)
    assert_equal %w[/1 /2], @server.taken
  end

  def test_no_longer_body_than_the_limit__R7
    text = page("a").body
    size = text.bytesize
    routes["/1"] = [page("a")]
    routes["/2"] = [reply(200, body: text.ljust(2**20))]
    routes["/3"] = [reply(200, body: text.ljust(2**20 + 1))]
    routes["/4"] = [reply(200, body: [text])]
    assert_equal "a", ids(mirror(max_body_bytes: size))
    assert_fails :size, "/1", 200, with: mirror(max_body_bytes: size - 1)
    assert_equal "a", ids(mirror("/2"))
    assert_fails :size, "/3", 200, with: mirror("/3")
    assert_fails :size, "/4", 200, with: mirror("/4", max_body_bytes: size - 1)
  end

  def test_other_statuses__R8
    routes["/1"] = [page("a", link: "</2>; rel=next")]
    [201, 204, 400, 401, 404, 500, 502].each do |status|
      routes["/2"] = [reply(status)]
      assert_fails :status, "/2", status
    end
  end

  def test_bodies_that_are_no_list_of_items__R8
    ["", "[", '[{"id":"a","name":"b"}', '[{"id":"a","name":"b"}]]', '{"id":"a","name":"b"}', "null", "[null]", '["a"]',
     "[[]]", "[{}]", '[{"id":"a"}]', '[{"name":"b"}]', '[{"id":1,"name":"b"}]', '[{"id":"a","name":null}]',
     '[{"id":"a","name":"b"},{"id":"c","name":true}]', "[{\"id\":\"\xff\",\"name\":\"b\"}]"].each do |body|
      routes["/1"] = [reply(200, body: body)]
      assert_fails :json, "/1", 200
    end
  end

  def test_no_response__R8
    routes["/1"] = [:close]
    assert_kind_of IOError, assert_fails(:connection, "/1").cause
    routes["/2"] = [:hold]
    assert_fails :connection, "/2", with: mirror("/2", timeout: 0.05)
    routes["/3"] = [:cut]
    assert_fails :connection, "/3", with: mirror("/3")
    routes["/4"] = [reply(200, body: ["[]"])]
    assert_fails :connection, "/4", with: mirror("/4", timeout: 0.05)
    assert_equal %w[/1 /2 /3 /4], @server.taken
  end

  def test_nobody_listens__R8
    listener = TCPServer.new("127.0.0.1", 0)
    url = "http://127.0.0.1:#{listener.addr[1]}/1"
    listener.close
    error = assert_raises(ConditionalSync::SyncError) { ConditionalSync::CollectionMirror.new(url).sync }
    assert_equal [:connection, url], [error.kind, error.url]
  end
end
