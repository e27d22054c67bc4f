-- SPDX-License-Identifier: Apache-2.0
-- Each request asks to add another host.
local inv = 0

function request()
  inv = inv + 1
  return wrk.format("POST", "/v1/installations/rtc/hosts", {
    ["Authorization"] = "Bearer bench-token-of-rtc-01",
    ["Content-Type"] = "application/json",
  }, '{"hosts":[{"inv":' .. inv .. ',"name":"host-' .. inv .. '"}]}')
end
