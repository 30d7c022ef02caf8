package tokenclient;

import java.io.IOException;
import java.util.Optional;
import java.util.OptionalInt;

/** There is no token. Says nothing that came from the server or is secret. */
public final class TokenException extends IOException {
    private static final long serialVersionUID = 1;

    /** What went wrong. */
    public enum Kind { REJECTED, INVALID_RESPONSE, UNAVAILABLE }

    /** Why the server rejected the request. */
    public enum Code {
        INVALID_REQUEST, INVALID_CLIENT, INVALID_GRANT, UNAUTHORIZED_CLIENT, UNSUPPORTED_GRANT_TYPE, INVALID_SCOPE, OTHER
    }

    private final Kind kind;
    private final Integer status;
    private final Code code;

    TokenException(Kind kind, Integer status, Code code) {
        super("token request failed: " + kind + (code == null ? "" : " " + code)
                + (status == null ? "" : " (status " + status + ")"));
        this.kind = kind;
        this.status = status;
        this.code = code;
    }

    public Kind kind() {
        return kind;
    }

    /** Returns the status of the response, if there was one. */
    public OptionalInt status() {
        return status == null ? OptionalInt.empty() : OptionalInt.of(status);
    }

    /** Returns the code, if the kind is REJECTED. */
    public Optional<Code> code() {
        return Optional.ofNullable(code);
    }
}
