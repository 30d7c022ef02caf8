# frozen_string_literal: true

require "net/http"
require "uri"
require_relative "http"
require_relative "token_source"

# A client for an API that is protected with OAuth 2.0 client credentials.
module TokenClient
  # What the API answered: an Integer and a String in UTF-8.
  ApiResponse = Struct.new(:status, :body)

  # Calls an API that wants bearer tokens. Threads may share one.
  class ApiClient
    PATH = %r{\A(?!.*%(?![0-9A-Fa-f]{2}))/[A-Za-z0-9\-._~!$&'()*+,;=:@/?%]*\z}.freeze
    private_constant :PATH

    # timeout is seconds.
    def initialize(origin, tokens, timeout: 10)
      @origin = URI(origin)
      @tokens = tokens
      @timeout = timeout
    end

    # Sends a request and returns its response, whatever the status; after 401 it retries once with a new token.
    # Raises ArgumentError for a path that is not allowed, TokenError if there is no token, and what Net::HTTP raises if
    # there is no response.
    def call(method, path, json = nil)
      raise ArgumentError, "not a path: #{path.inspect}" unless PATH.match?(path)

      token = @tokens.token
      response = send_request(method, path, json, token)
      return response unless response.status == 401

      @tokens.invalidate(token)
      send_request(method, path, json, @tokens.token)
    end

    private

    def send_request(method, path, json, token)
      headers = { "Authorization" => "Bearer #{token}", "Accept-Encoding" => "identity" }
      request = Net::HTTPGenericRequest.new(method, !json.nil?, method != "HEAD", path, headers)
      request.content_type = "application/json" if json
      request.body = json
      response = Http.send_request(@origin, request, @timeout)
      ApiResponse.new(response.code.to_i, response.body.to_s.dup.force_encoding(Encoding::UTF_8))
    end
  end
end
