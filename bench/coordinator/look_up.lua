-- SPDX-License-Identifier: Apache-2.0
-- Each request looks a host up by its inventory number. Requests are written beforehand: what
-- generates load takes time of the same machine.
local requests = {}
local nth = 0

function init()
  for i = 1, 20000 do
    requests[i] = wrk.format("GET", "/v1/hosts?inv=" .. math.random(1, 100000))
  end
end

function request()
  nth = nth % #requests + 1
  return requests[nth]
end
