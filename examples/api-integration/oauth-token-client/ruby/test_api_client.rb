# frozen_string_literal: true

require "minitest/autorun"
require "socket"
require_relative "api_client"

class TestApiClient < Minitest::Test
  include TokenClient

  Received = Struct.new(:method, :path, :headers, :body)

  # Answers requests for tokens and for the API with their next reply each, and with the last one from then on. A reply
  # is called with nothing and returns what is sent, in an array if the connection stays open, or nil if nothing shall come.
  class Server
    attr_reader :token_requests, :api_requests

    def initialize(token_replies, api_replies)
      @replies = { true => token_replies, false => api_replies }
      @token_requests = []
      @api_requests = []
      @held = []
      @socket = TCPServer.new("127.0.0.1", 0)
      @thread = Thread.new { loop { Thread.new(@socket.accept) { |client| handle(client) } } }
      @thread.report_on_exception = false
    end

    def origin
      "http://127.0.0.1:#{@socket.addr[1]}"
    end

    def close
      @thread.kill
      @thread.join
      [@socket, *@held].each(&:close)
    end

    private

    def handle(client)
      Thread.current.report_on_exception = false
      method, path = client.gets("\r\n").split
      headers = {}
      while (line = client.gets("\r\n", chomp: true)) != ""
        name, value = line.split(": ", 2)
        headers[name.downcase] = value
      end
      body = client.read(headers["content-length"].to_i).force_encoding(Encoding::UTF_8)
      is_token = path == "/token"
      (is_token ? @token_requests : @api_requests) << Received.new(method, path, headers, body)
      replies = @replies[is_token]
      text = (replies.size > 1 ? replies.shift : replies.first).call
      client.write(*text)
      text.is_a?(String) ? client.close : @held << client
    end
  end

  SILENT = -> {}
  HANG_UP = -> { "" }
  STALLED = -> { ["HTTP/1.1 200 Any\r\nContent-Length: 100\r\n\r\n{"] }
  CUT = -> { STALLED.call.first }

  def setup
    @now = 1000
    @servers = []
  end

  def teardown
    @servers.each(&:close)
  end

  def serve(token_replies, api_replies = [])
    @servers.push(@server = Server.new(token_replies, api_replies))
    @server
  end

  def reply(status, body = "", *headers)
    text = body.is_a?(String) ? body : JSON.generate(body)
    lines = ["HTTP/1.1 #{status} Any", "Connection: close", "Content-Length: #{text.bytesize}", *headers]
    -> { "#{lines.join("\r\n")}\r\n\r\n#{text}" }
  end

  def granted(token, lifetime = nil, type = "Bearer")
    reply(200, { access_token: token, token_type: type, expires_in: lifetime, other: [nil] }.compact)
  end

  def source(id = "client-7", secret = "s3cret value", **settings)
    TokenSource.new("#{@server.origin}/token", id, secret, clock: -> { @now }, **settings)
  end

  def api(tokens = source)
    ApiClient.new(@server.origin, tokens)
  end

  def assert_fails(kind, status = nil, code = nil, &block)
    error = assert_raises(TokenError, &block)
    assert_equal [kind, status, code], [error.kind, error.status, error.code]
    error
  end

  # Whether a thread is asleep, other than for a lock, which it has in a moment.
  def waits?(thread)
    thread.status == "sleep" && !thread.backtrace.to_a.first.to_s.match?(/synchronize|lock/)
  end

  def wait_until
    deadline = Process.clock_gettime(Process::CLOCK_MONOTONIC) + 10
    until yield
      flunk "waited too long" if Process.clock_gettime(Process::CLOCK_MONOTONIC) > deadline
      Thread.pass
    end
  end

  def base64(text)
    [text].pack("m0")
  end

  def test_the_token_request__R1
    serve [granted("t1")]
    assert_equal "t1", source.token
    request = @server.token_requests.first
    assert_equal ["POST", "grant_type=client_credentials"], [request.method, request.body]
    expected = ["application/x-www-form-urlencoded", "application/json", "Basic #{base64("client-7:s3cret+value")}"]
    assert_equal expected, request.headers.values_at("content-type", "accept", "authorization")
  end

  def test_id_secret_and_scope_are_form_encoded__R1
    serve [granted("t1")]
    source("a:b c%20+~*-._!'()\"", "ü€\u{1F600}/=&:\u0001", scope: "read:a write+ü").token
    request = @server.token_requests.first
    expected = "a%3Ab+c%2520%2B%7E*-._%21%27%28%29%22:%C3%BC%E2%82%AC%F0%9F%98%80%2F%3D%26%3A%01"
    assert_equal "Basic #{base64(expected)}", request.headers["authorization"]
    assert_equal "grant_type=client_credentials&scope=read%3Aa+write%2B%C3%BC", request.body
  end

  def test_cached_until_the_margin_before_expiry__R2
    serve [granted("t1", 100), granted("t2", 100.5, "bEARER"), granted("t3")]
    subject = source
    assert_empty @server.token_requests
    { 1000 => "t1", 1069.9 => "t1", 1070 => "t2", 1140.4 => "t2", 1140.5 => "t3", 1e12 => "t3" }.each do |now, token|
      @now = now
      assert_equal token, subject.token, now
    end
    assert_equal 3, @server.token_requests.size
  end

  def test_lifetime_counts_from_before_the_request__R2
    late = lambda do
      @now += 10
      granted("t1", 100).call
    end
    serve [late, granted("t2", 0), granted("t3", 5), granted("t4", 5.1)]
    subject = source(margin: 5)
    tokens = [1000, 1094, 1095, 1095, 1095, 1095].map do |now|
      @now = now
      subject.token
    end
    assert_equal %w[t1 t1 t2 t3 t4 t4], tokens
  end

  def test_the_default_clock_and_a_lifetime_beyond_all_numbers__R2
    serve [reply(200, '{"access_token":"t1","token_type":"Bearer","expires_in":1e400}')]
    subject = TokenSource.new("#{@server.origin}/token", "a", "b")
    assert_equal ["t1", "t1", 1], [subject.token, subject.token, @server.token_requests.size]
  end

  def test_callers_share_a_request_and_its_token__R3
    gate = Queue.new
    slow = lambda do
      gate.pop
      granted("t1", 100).call
    end
    serve [slow, granted("t2")]
    subject = source
    threads = Array.new(8) { Thread.new { subject.token } }
    wait_until { @server.token_requests.size == 1 && threads.all? { |thread| waits?(thread) } }
    gate << :open
    assert_equal ["t1"] * 8, threads.map(&:value)
    assert_equal 1, @server.token_requests.size
  end

  def test_callers_share_an_error_which_is_not_kept__R3_R5
    gate = Queue.new
    slow = lambda do
      gate.pop
      reply(503).call
    end
    serve [slow, granted("t1")]
    subject = source
    threads = Array.new(4) { Thread.new { assert_raises(TokenError) { subject.token } } }
    wait_until { @server.token_requests.size == 1 && threads.all? { |thread| waits?(thread) } }
    gate << :open
    assert_equal [503] * 4, threads.map { |thread| thread.value.status }
    assert_equal 1, @server.token_requests.size
    assert_equal "t1", subject.token
    assert_equal 2, @server.token_requests.size
  end

  def test_a_call_sends_its_request_with_the_token__R4
    serve [granted("t1")], [reply(200, "grüße"), reply(201)]
    client = api
    assert_equal [200, "grüße"], client.call("GET", "/items?page=2&q=%20").to_a
    assert_equal [201, ""], client.call("PUT", "/", '{"a":"ü"}').to_a
    expected = [["GET", "/items?page=2&q=%20", "", nil, "Bearer t1"],
                ["PUT", "/", '{"a":"ü"}', "application/json", "Bearer t1"]]
    assert_equal(expected, @server.api_requests.map do |request|
      [request.method, request.path, request.body, *request.headers.values_at("content-type", "authorization")]
    end)
    assert_equal 1, @server.token_requests.size
  end

  def test_sent_again_with_a_new_token_after_401__R4
    serve [granted("t1"), granted("t2"), granted("t3")], [reply(401), reply(200, "ok"), reply(401)]
    client = api
    assert_equal [200, "ok"], client.call("POST", "/items", "[1]").to_a
    sent = @server.api_requests.map { |request| [request.method, request.path, request.headers["authorization"], request.body] }
    assert_equal [["POST", "/items", "Bearer t1", "[1]"], ["POST", "/items", "Bearer t2", "[1]"]], sent
    assert_equal 401, client.call("GET", "/").status
    assert_equal [3, 4], [@server.token_requests.size, @server.api_requests.size]
  end

  def test_other_statuses_are_results__R4
    [204, 400, 403, 500].each do |status|
      serve [granted("t1")], [reply(status)]
      assert_equal status, api.call("GET", "/").status
      assert_equal 1, @server.api_requests.size
    end
  end

  def test_a_response_to_head_has_no_body__R4
    serve [granted("t1")], [-> { ["HTTP/1.1 200 Any\r\nContent-Length: 5\r\n\r\n"] }]
    assert_equal [200, ""], api.call("HEAD", "/").to_a
  end

  def test_only_the_cached_token_is_forgotten__R5
    serve [granted("t1"), granted("t2"), granted("t3")]
    subject = source
    tokens = %w[t1 T1 t1 t1].map do |invalid|
      subject.invalidate(invalid)
      subject.token
    end
    assert_equal %w[t1 t1 t2 t2], tokens
  end

  def test_a_token_that_others_renewed_is_used__R5
    tokens = nil
    refuse = lambda do
      tokens.invalidate("t1")
      tokens.token
      reply(401).call
    end
    serve [granted("t1"), granted("t2"), granted("t3")], [refuse, reply(200)]
    tokens = source
    assert_equal 200, api(tokens).call("GET", "/").status
    assert_equal ["Bearer t1", "Bearer t2"], @server.api_requests.map { |request| request.headers["authorization"] }
  end

  def test_rejections_have_codes__R6
    codes = %w[invalid_request invalid_client invalid_grant unauthorized_client unsupported_grant_type invalid_scope]
    [*codes, "Invalid_client", "server_error", ""].each_with_index do |code, index|
      status = index.odd? ? 401 : 400
      serve [reply(status, { error: code })], [reply(200)]
      assert_fails(:rejected, status, codes.include?(code) ? code.to_sym : :other) { api.call("GET", "/") }
      assert_equal [1, 0], [@server.token_requests.size, @server.api_requests.size]
    end
  end

  def test_other_responses__R6
    [[400, ""], [400, "{}"], [401, '{"error":7}'], [401, '["error"]'], [400, "null"], [402, '{"error":"invalid_client"}'],
     [404, ""], [500, '{"error":"invalid_client"}'], [503, ""],
     [201, '{"access_token":"t1","token_type":"Bearer"}']].each do |status, body|
      serve [reply(status, body)]
      assert_fails(:unavailable, status) { source.token }
    end
  end

  def test_bodies_without_a_token__R6
    ["", "{", "[]", "null", '"t1"', "{}", '{"access_token":"t1"}', '{"token_type":"Bearer"}',
     '{"access_token":"t1","token_type":"mac"}', '{"access_token":"t1","token_type":7}',
     '{"access_token":"","token_type":"Bearer"}', '{"access_token":"a b","token_type":"Bearer"}',
     '{"access_token":"a\\n","token_type":"Bearer"}', '{"access_token":"a\\u007f","token_type":"Bearer"}',
     '{"access_token":"ü","token_type":"Bearer"}', '{"access_token":7,"token_type":"Bearer"}',
     '{"access_token":"t1","token_type":"Bearer","expires_in":-1}',
     '{"access_token":"t1","token_type":"Bearer","expires_in":"60"}',
     '{"access_token":"t1","token_type":"Bearer","expires_in":null}',
     "{\"access_token\":\"\xff\",\"token_type\":\"Bearer\"}"].each do |body|
      serve [reply(200, body)]
      assert_fails(:invalid_response, 200) { source.token }
    end
  end

  def test_connections_without_a_response__R6
    serve [HANG_UP, CUT, SILENT, STALLED]
    [{}, {}, { timeout: 0.05 }, { timeout: 0.05 }].each do |settings|
      assert_fails(:unavailable) { source(**settings).token }
    end
    assert_equal 4, @server.token_requests.size
    listener = TCPServer.new("127.0.0.1", 0)
    url = "http://127.0.0.1:#{listener.addr[1]}/token"
    listener.close
    assert_fails(:unavailable) { TokenSource.new(url, "a", "b").token }
  end

  def test_an_api_without_a_response__R6
    serve [granted("t1")], [HANG_UP, CUT, SILENT, STALLED]
    2.times { assert_raises(EOFError) { api.call("GET", "/") } }
    impatient = ApiClient.new(@server.origin, source, timeout: 0.05)
    2.times { assert_raises(Net::ReadTimeout) { impatient.call("GET", "/") } }
    assert_equal 4, @server.api_requests.size
  end

  def test_a_body_that_is_not_of_its_content_encoding__R6
    serve [reply(200, "{", "Content-Encoding: gzip")]
    assert_fails(:invalid_response, 200) { source.token }
  end

  def test_nothing_secret_and_no_text_of_the_server_is_told__R7
    basic = base64("client-7:s3cret+value")
    leak = "leak s3cret value #{basic}"
    replies = [reply(400, { error: "invalid_client", error_description: leak }), reply(400, { error: leak }),
               reply(500, leak), reply(200, { access_token: "t0ken leak", token_type: "Bearer" }),
               reply(200, "{\"access_token\":\"t0ken\",\"token_type\":leak #{leak}"), HANG_UP]
    serve [*replies, granted("t0ken")]
    subject = source
    said = replies.flat_map do
      error = assert_raises(TokenError) { subject.token }
      assert_includes error.message, "token request"
      [error.message, error.inspect, error.full_message, error.cause.inspect]
    end
    assert_equal "t0ken", subject.token
    said.push(subject.inspect, subject.to_s)
    assert_includes subject.inspect, "TokenSource"
    ["s3cret", basic, "t0ken", "leak"].each { |secret| said.each { |text| refute_includes text, secret } }
  end

  def test_redirects_are_not_followed__R7
    there = "Location: /elsewhere"
    serve [reply(307, "", there), granted("t1")], [reply(302, "", there), reply(200)]
    subject = source
    assert_fails(:unavailable, 307) { subject.token }
    assert_equal 302, api(subject).call("GET", "/").status
    assert_equal [2, 1], [@server.token_requests.size, @server.api_requests.size]
  end

  def test_other_paths_are_refused__R7
    serve [granted("t1")], [reply(200)]
    client = api
    others = ["", "items", "@192.0.2.7/", ".example.com/", "/a b", "/a\n", "/a\r\nX: y", "/\u007f", "/ü", "/%", "/%2", "/%2g",
              "/?%g2"]
    (others + '"#<>[\\]^`{|}'.chars.map { |character| "/a#{character}b" }).each do |path|
      error = assert_raises(ArgumentError) { client.call("GET", path) }
      assert_match(/not a path/, error.message)
    end
    assert_equal [0, 0], [@server.token_requests.size, @server.api_requests.size]
    allowed = "//192.0.2.7/-._~!$&'()*+,;=:@%2F%c3?a=b/c?d&AZ09"
    assert_equal 200, client.call("GET", allowed).status
    assert_equal allowed, @server.api_requests.first.path
  end
end
