# frozen_string_literal: true

require "json"
require "net/http"
require "uri"
require_relative "link_header"

# Mirrors a remote paginated collection over HTTP and fetches only pages that have changed.
module ConditionalSync
  # An item of the collection. It is frozen, and so are its strings.
  Item = Struct.new(:id, :name)

  # A run failed; nothing of what the mirror remembers has changed.
  class SyncError < StandardError
    # :status, :unavailable, :size, :json, :link, :origin, :loop, :pages or :connection
    attr_reader :kind
    # URL of the page concerned, a String
    attr_reader :url
    # status of the response, an Integer, of the first four kinds; else nil
    attr_reader :status

    def initialize(kind, url, status = nil)
      @kind = kind
      @url = url.to_s
      @status = status
      super("#{kind} at #{url}#{" (status #{status})" if status}")
    end
  end

  # A client for one collection. Not safe for use by several threads at the same time.
  class CollectionMirror
    Page = Struct.new(:items, :next_reference, :etag)
    private_constant :Page

    RETRIED = [429, 503].freeze
    DEFAULT_WAIT = 1
    # What begins like an allowed reference and has only characters of URIs.
    REFERENCE = %r{\A(?:[a-z][a-z0-9+.-]*:|[/?])[\w\-.~:/?#\[\]@!$&'()*+,;=%]*\z}i.freeze
    NO_RESPONSE = [SystemCallError, SocketError, IOError, Timeout::Error, Net::ProtocolError, Net::HTTPBadResponse,
                   Net::HTTPHeaderSyntaxError, OpenSSL::SSL::SSLError].freeze
    private_constant :RETRIED, :DEFAULT_WAIT, :REFERENCE, :NO_RESPONSE

    # max_retries counts for each page; times are seconds; sleep is called with an Integer.
    def initialize(first_url, max_pages: 100, max_body_bytes: 2**20, max_retries: 3, max_wait: 60, timeout: 10,
                   sleep: Kernel.method(:sleep))
      @first = URI(first_url)
      @max_pages = max_pages
      @max_body_bytes = max_body_bytes
      @max_retries = max_retries
      @max_wait = max_wait
      @timeout = timeout
      @sleep = sleep
      @remembered = {}
    end

    # Fetches all pages and returns their items, each id once. Raises SyncError.
    def sync
      pages = {}
      each_page(pages) { |uri, page| pages[uri.to_s] = page }
      @remembered = pages
      pages.values.flat_map(&:items).uniq(&:id)
    end

    private

    def each_page(fetched)
      uri = @first
      while uri
        raise SyncError.new(:loop, uri) if fetched.key?(uri.to_s)
        raise SyncError.new(:pages, uri) if fetched.size >= @max_pages

        page = fetch(uri, @remembered[uri.to_s])
        yield uri, page
        uri = page.next_reference && resolve(page.next_reference, uri)
      end
    end

    def fetch(uri, known)
      retries = 0
      loop do
        page, status, wait = request(uri, known)
        return page if page
        raise SyncError.new(:unavailable, uri, status) if retries == @max_retries || wait > @max_wait

        @sleep.call(wait)
        retries += 1
      end
    end

    # Returns the page, or nil, the status and how many seconds to wait before the next request.
    def request(uri, known)
      etag = known&.etag
      get(uri, etag) do |response|
        status = response.code.to_i
        return read(response, uri) if status == 200
        return known if status == 304 && etag
        raise SyncError.new(:status, uri, status) unless RETRIED.include?(status)

        return nil, status, wait_of(response["Retry-After"])
      end
    end

    # Yields the response before its body is read. A body that the block leaves is never read.
    def get(uri, etag, &block)
      headers = { "Accept" => "application/json", "Accept-Encoding" => "identity", "If-None-Match" => etag }.compact
      options = { use_ssl: uri.scheme == "https", open_timeout: @timeout, read_timeout: @timeout, max_retries: 0 }
      Net::HTTP.start(uri.hostname, uri.port, options) { |http| http.request_get(uri.request_uri, headers, &block) }
    rescue *NO_RESPONSE
      raise SyncError.new(:connection, uri)
    end

    def read(response, uri)
      items = parse(read_body(response, uri))
      Page.new(items, LinkHeader.next_reference(response.get_fields("Link").to_a.join(",")), response["ETag"])
    rescue JSON::ParserError, TypeError
      raise SyncError.new(:json, uri, response.code.to_i)
    rescue LinkHeader::FormatError
      raise SyncError.new(:link, uri)
    end

    def read_body(response, uri)
      body = String.new
      response.read_body do |chunk|
        body << chunk
        raise SyncError.new(:size, uri, response.code.to_i) if body.bytesize > @max_body_bytes
      end
      # Net::HTTP itself takes a body that broke off for a whole one.
      raise EOFError, "the body broke off" if body.bytesize < response.content_length.to_i

      body.force_encoding(Encoding::UTF_8)
    end

    def parse(text)
      raise TypeError, "not UTF-8" unless text.valid_encoding?

      items = JSON.parse(text)
      raise TypeError, "not an array" unless items.is_a?(Array)

      items.map do |item|
        texts = item.values_at("id", "name") if item.is_a?(Hash)
        raise TypeError, "not an item" unless texts&.all?(String)

        Item.new(*texts.each(&:freeze)).freeze
      end
    end

    def resolve(reference, page)
      raise SyncError.new(:link, page) unless REFERENCE.match?(reference)

      uri = URI.join(page, reference)
      raise SyncError.new(:origin, page) if uri.userinfo || origin(uri) != origin(@first)

      uri.fragment = nil
      uri
    rescue URI::Error
      raise SyncError.new(:link, page)
    end

    def origin(uri)
      [uri.scheme, uri.host&.downcase, uri.port]
    end

    def wait_of(retry_after)
      /\A[0-9]+\z/.match?(retry_after) ? retry_after.to_i : DEFAULT_WAIT
    end
  end
end
