# frozen_string_literal: true

require "net/http"

module TokenClient
  # Sends requests; follows no redirects and repeats nothing.
  module Http
    # Returns the response with its body. Raises what Net::HTTP raises.
    def self.send_request(uri, request, timeout)
      options = { use_ssl: uri.scheme == "https", open_timeout: timeout, read_timeout: timeout, max_retries: 0 }
      response = Net::HTTP.start(uri.hostname, uri.port, options) { |http| http.request(request) }
      body = response.body
      # Net::HTTP itself takes a body that broke off for a whole one.
      raise EOFError, "the body broke off" if body && body.bytesize < response.content_length.to_i

      response
    end
  end
  private_constant :Http
end
