# frozen_string_literal: true

require "net/http"
require "uri"
require_relative "token_source"

# A client for an API that is protected with OAuth 2.0 client credentials.
module TokenClient
  # What the API answered: an Integer and a String in UTF-8.
  ApiResponse = Struct.new(:status, :body)

  # Calls an API that wants bearer tokens. Threads may share one.
  class ApiClient
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
      raise ArgumentError, "not a path: #{path.inspect}" unless %r{\A/[\x21-\x7e]*\z}.match?(path)

      token = @tokens.token
      response = send_request(method, path, json, token)
      return response unless response.status == 401

      @tokens.invalidate(token)
      send_request(method, path, json, @tokens.token)
    end

    private

    def send_request(method, path, json, token)
      request = Net::HTTPGenericRequest.new(method, !json.nil?, true, path, { "Authorization" => "Bearer #{token}" })
      request.content_type = "application/json" if json
      request.body = json
      options = { use_ssl: @origin.scheme == "https", open_timeout: @timeout, read_timeout: @timeout, max_retries: 0 }
      response = Net::HTTP.start(@origin.hostname, @origin.port, options) { |http| http.request(request) }
      ApiResponse.new(response.code.to_i, response.body.to_s.dup.force_encoding(Encoding::UTF_8))
    end
  end
end
