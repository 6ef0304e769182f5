#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

@Sendable func writeToStandardOutput(_ text: String) { writeAll(text, to: STDOUT_FILENO) }

@Sendable func writeToStandardError(_ text: String) { writeAll(text, to: STDERR_FILENO) }

/// Whether somebody watches what is written to standard error.
func standardErrorIsTerminal() -> Bool { isatty(STDERR_FILENO) == 1 }

/// Writes the text, as far as the descriptor takes it: there is nowhere to report that it doesn't.
private func writeAll(_ text: String, to descriptor: Int32) {
    let bytes = Array(text.utf8)
    var count = 0
    while count < bytes.count {
        // Safe: the system reads the bytes that are left, during the call only.
        let written = unsafe bytes[count...].withUnsafeBytes { bytes in
            unsafe write(descriptor, bytes.baseAddress, bytes.count)
        }
        if written > 0 {
            count += written
        } else if written == 0 || errno != EINTR {
            return
        }
    }
}

/// The columns of the terminal that standard error is; 80 where it is none.
func terminalWidth() -> Int {
    var size = winsize()
    // Safe: the system fills in the structure, during the call only.
    guard unsafe ioctl(STDERR_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return 80 }
    return Int(size.ws_col)
}
