/// The first of the candidates that are nearest to what was typed, if that takes at most two edits and keeps a letter.
func suggestion(for typed: String, among candidates: [String]) -> String? {
    let distances = candidates.map { editDistance(Array(typed), Array($0), limit: 2) }
    let best = zip(candidates, distances)
        .compactMap { candidate, distance in distance.map { (candidate: candidate, distance: $0) } }
        .filter { $0.distance < min(typed.count, $0.candidate.count) }
        .min { $0.distance < $1.distance }
    return best?.candidate
}

/// How many characters to insert, remove or replace to get from one text to the other (Levenshtein's distance); nil if
/// more than `limit`.
private func editDistance(_ source: [Character], _ target: [Character], limit: Int) -> Int? {
    guard abs(source.count - target.count) <= limit else { return nil }
    // The distances from the part of the source so far to each part of the target that starts at its start.
    var row = Array(0...target.count)
    for (index, character) in source.enumerated() {
        var diagonal = row[0]
        row[0] = index + 1
        for column in target.indices {
            let replaced = diagonal + (character == target[column] ? 0 : 1)
            diagonal = row[column + 1]
            row[column + 1] = min(replaced, row[column] + 1, diagonal + 1)
        }
    }
    return row[target.count] <= limit ? row[target.count] : nil
}
