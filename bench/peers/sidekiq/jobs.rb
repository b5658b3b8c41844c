# The jobs, and Sidekiq as it comes. It takes the URL of Redis from REDIS_URL.
require "openssl"
require "sidekiq"

# Debian's redis gem is newer than its Sidekiq, and would print two lines for each job that is fetched.
Redis.silence_deprecations = true

class EmptyJob
  include Sidekiq::Job

  def perform
    0
  end
end

class HashJob
  include Sidekiq::Job

  # The same 32 bytes, as hex digits, as bench/tasks/_hash.ts; Sidekiq keeps no results.
  def perform(iterations)
    OpenSSL::KDF.pbkdf2_hmac("unblock", salt: "bench", iterations: iterations, length: 32, hash: "sha256").unpack1("H*")
  end
end
