package io.stentor.transport.gateway.api;

import io.stentor.transport.gateway.ApiException;
import io.stentor.transport.gateway.ClientError;
import io.stentor.transport.gateway.codec.JsonFault;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.agrona.ErrorHandler;

/** Turns whatever a call throws, now or later, into an {@link Outcome}; faults of ours are also reported. */
record Guard(ErrorHandler errorHandler) {

    /** Runs a call; the stage never fails. */
    CompletionStage<Outcome> run(final Supplier<CompletionStage<Outcome>> call) {
        try {
            return call.get().exceptionally(this::fault);
        } catch (final RuntimeException ex) {
            return Outcome.now(fault(ex));
        }
    }

    /** All outcomes in the order of their calls. */
    static CompletionStage<List<Outcome>> all(final List<CompletionStage<Outcome>> calls) {
        final List<CompletableFuture<Outcome>> futures = new ArrayList<>(calls.size());
        calls.forEach(call -> futures.add(call.toCompletableFuture()));
        return CompletableFuture.allOf(futures.toArray(new CompletableFuture<?>[0]))
                .thenApply(
                        nothing -> futures.stream().map(CompletableFuture::join).toList());
    }

    private Outcome fault(final Throwable thrown) {
        final Throwable cause =
                thrown instanceof CompletionException && thrown.getCause() != null ? thrown.getCause() : thrown;
        if (cause instanceof ApiException refusal) {
            return Outcome.refused(refusal.error(), refusal.getMessage());
        }
        if (cause instanceof JsonFault) {
            return Outcome.refused(ClientError.BAD_REQUEST, cause.getMessage());
        }
        errorHandler.onError(cause);
        return Outcome.refused(ClientError.INTERNAL, "");
    }
}
