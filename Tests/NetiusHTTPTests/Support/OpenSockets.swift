import Foundation

/// The sockets of this machine, but for those that listen, that somebody holds at a TCP port of 127.0.0.1, whichever
/// end of a connection has it; nil where the system does not tell.
func openSockets(at port: UInt16) -> Int? {
    var count = 0
    let isKnown = forEachSocket(at: port) { columns in
        let (isListening, isHeld) = (columns[3] == "0A", columns[9] != "0")
        if isHeld, !isListening { count += 1 }
    }
    return isKnown ? count : nil
}

/// Line by line with the C library: there may be tens of thousands.
@discardableResult
private func forEachSocket(at port: UInt16, _ body: ([Substring]) -> Void) -> Bool {
    guard let table = fopen("/proc/net/tcp", "r") else { return false }
    defer { fclose(table) }
    let number = String(port, radix: 16, uppercase: true)
    let suffix = ":" + String(repeating: "0", count: 4 - number.count) + number
    var line: UnsafeMutablePointer<CChar>?
    var capacity = 0
    defer { free(line) }
    while getline(&line, &capacity, table) > 0, let text = line {
        guard strstr(text, suffix + " ") != nil else { continue }
        let columns = String(cString: text).split(separator: " ")
        if columns.count > 9, columns[1].hasSuffix(suffix) || columns[2].hasSuffix(suffix) { body(columns) }
    }
    return true
}

/// The bytes that wait, to be sent or to be read, in the sockets at a TCP port of 127.0.0.1.
func queuedBytes(at port: UInt16) -> Int {
    var sum = 0
    forEachSocket(at: port) { columns in
        for part in columns[4].split(separator: ":") { sum += Int(part, radix: 16) ?? 0 }
    }
    return sum
}
