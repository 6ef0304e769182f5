/// Why a signature does not pass: how it counts, and the reason in a phrase.
struct DKIMProblem: Error {
    let result: DKIMVerification.Result
    let reason: String

    static func permanent(_ reason: String) -> DKIMProblem { DKIMProblem(result: .permanentError, reason: reason) }
    static func temporary(_ reason: String) -> DKIMProblem { DKIMProblem(result: .temporaryError, reason: reason) }
    static func failure(_ reason: String) -> DKIMProblem { DKIMProblem(result: .fail, reason: reason) }
}
