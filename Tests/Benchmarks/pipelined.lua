-- Sixteen requests in one write, as a client that pipelines sends them.
local batch

function init()
   batch = string.rep(wrk.format(), 16)
end

function request()
   return batch
end
