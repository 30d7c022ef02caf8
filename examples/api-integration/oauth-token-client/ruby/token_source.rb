# frozen_string_literal: true

require "json"
require "net/http"
require "uri"
require_relative "http"

module TokenClient
  # There is no token. Says nothing that came from the server or is secret.
  class TokenError < StandardError
    # :rejected, :invalid_response or :unavailable
    attr_reader :kind
    # status of the response, an Integer, or nil if there was none
    attr_reader :status
    # of kind :rejected one of TokenSource::REJECTION_CODES or :other, else nil
    attr_reader :code

    def initialize(kind, status: nil, code: nil)
      @kind = kind
      @status = status
      @code = code
      super(["token request failed:", kind, code, status && "(status #{status})"].compact.join(" "))
    end
  end

  # Gives access tokens of an OAuth 2.0 token endpoint (client credentials grant). Threads may share one.
  class TokenSource
    REJECTION_CODES = %i[invalid_request invalid_client invalid_grant unauthorized_client unsupported_grant_type
                         invalid_scope].freeze
    NO_RESPONSE = [SystemCallError, SocketError, IOError, Timeout::Error, Net::ProtocolError, Net::HTTPBadResponse,
                   Net::HTTPHeaderSyntaxError, OpenSSL::SSL::SSLError].freeze
    Token = Struct.new(:value, :expires_at)
    private_constant :NO_RESPONSE, :Token

    # margin and timeout are seconds; clock returns the seconds of a clock that is never set.
    def initialize(token_url, client_id, client_secret, scope: nil, margin: 30, timeout: 10,
                   clock: -> { Process.clock_gettime(Process::CLOCK_MONOTONIC) })
      @uri = URI(token_url)
      @basic = [[client_id, client_secret].map { |text| URI.encode_www_form_component(text) }.join(":")].pack("m0")
      @body = URI.encode_www_form({ grant_type: "client_credentials", scope: scope }.compact)
      @margin = margin
      @timeout = timeout
      @clock = clock
      @mutex = Mutex.new
      @cached = nil
      @renewal = nil
    end

    # Returns the cached token or a new one. Raises TokenError.
    def token
      renewal = @mutex.synchronize do
        return @cached.value if @cached && @clock.call < @cached.expires_at - @margin

        @renewal ||= Thread.new { renew }
      end
      renewal.value
    end

    # Forgets the cached token if it is this one.
    def invalidate(token)
      @mutex.synchronize { @cached = nil if @cached&.value == token }
    end

    # Shows nothing that is secret.
    def inspect
      "#<#{self.class} #{@uri}>"
    end

    private

    def renew
      Thread.current.report_on_exception = false # Those who wait get it.
      token = request_token
      @mutex.synchronize { @cached = token }
      token.value
    ensure
      @mutex.synchronize { @renewal = nil }
    end

    def request_token
      requested_at = @clock.call
      response = post
      raise TokenError.new(:unavailable), cause: nil unless response

      status = response.code.to_i
      json = parsed_object(response.body)
      return token_of(json, requested_at) if status == 200

      error = json["error"]
      raise TokenError.new(:unavailable, status: status) unless [400, 401].include?(status) && error.is_a?(String)

      code = REJECTION_CODES.find { |known| known.to_s == error } || :other
      raise TokenError.new(:rejected, status: status, code: code)
    end

    # Returns the response, or nil if there is none.
    def post
      headers = { "Content-Type" => "application/x-www-form-urlencoded", "Accept" => "application/json",
                  "Accept-Encoding" => "identity", "Authorization" => "Basic #{@basic}" }
      request = Net::HTTP::Post.new(@uri.request_uri, headers)
      request.body = @body
      Http.send_request(@uri, request, @timeout)
    rescue *NO_RESPONSE
      nil
    end

    def token_of(json, requested_at)
      value, type, lifetime = json.values_at("access_token", "token_type", "expires_in")
      lifetime = Float::INFINITY unless json.key?("expires_in")
      valid = value.is_a?(String) && /\A[\x21-\x7e]+\z/.match?(value) &&
              type.is_a?(String) && type.casecmp?("bearer") && lifetime.is_a?(Numeric) && lifetime >= 0
      raise TokenError.new(:invalid_response, status: 200) unless valid

      Token.new(value, requested_at + lifetime)
    end

    # The error of the parser would quote the text, which may hold a token.
    def parsed_object(text)
      text = text.to_s.dup.force_encoding(Encoding::UTF_8)
      value = JSON.parse(text) if text.valid_encoding?
      value.is_a?(Hash) ? value : {}
    rescue JSON::ParserError
      {}
    end
  end
end
