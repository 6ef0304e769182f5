/// Rows of text in aligned columns, two spaces apart and indented by two; the last column is wrapped, and has lines of
/// its own where the others leave it little room.
struct TextTable {
    static let width = 80
    /// The fewest columns that the last one is given beside the others.
    static let leastRoom = 28
    /// Where the last one begins on lines of its own.
    private static let ownIndentation = 10
    /// How wide a column is at most where the last one has its own lines; what is wider pushes the next away.
    private static let widest = 34

    let rows: [[String]]
}

extension TextTable: CustomStringConvertible {
    var description: String {
        let fixed = (rows.map(\.count).max() ?? 1) - 1
        let widths = (0..<max(fixed, 0)).map { column in rows.map { Self.cell($0, column).count }.max() ?? 0 }
        let indentation = 2 + widths.map { $0 == 0 ? 0 : $0 + 2 }.reduce(0, +)
        let hasRoom = indentation + Self.leastRoom <= Self.width
        return rows.map { row in
            let start = widths.enumerated().filter { $0.element > 0 }
                .map { Self.padded(Self.cell(row, $0.offset), to: hasRoom ? $0.element : Self.widest) }
                .joined()
            let rest = Self.wrap(Self.cell(row, fixed), indentation: hasRoom ? indentation : Self.ownIndentation)
            if hasRoom { return "  " + start + rest }
            return "  \(Self.trimmed(start))\n\(String(repeating: " ", count: Self.ownIndentation))\(rest)"
        }.joined(separator: "\n")
    }

    /// Breaks text between words so that lines, indented but for the first, end by column 80.
    static func wrap(_ text: String, indentation: Int = 0) -> String {
        var lines = [""]
        for word in text.split(separator: " ") {
            let line = lines[lines.count - 1]
            if line.isEmpty {
                lines[lines.count - 1] = String(word)
            } else if indentation + line.count + 1 + word.count <= width {
                lines[lines.count - 1] = line + " " + word
            } else {
                lines.append(String(word))
            }
        }
        return lines.joined(separator: "\n" + String(repeating: " ", count: indentation))
    }

    private static func cell(_ row: [String], _ column: Int) -> String {
        row.indices.contains(column) ? row[column] : ""
    }

    private static func trimmed(_ text: String) -> Substring {
        text[..<(text.lastIndex { $0 != " " }.map { text.index(after: $0) } ?? text.startIndex)]
    }

    private static func padded(_ text: String, to width: Int) -> String {
        text + String(repeating: " ", count: max(width - text.count, 0) + 2)
    }
}
