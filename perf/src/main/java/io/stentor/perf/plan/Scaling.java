package io.stentor.perf.plan;

import io.stentor.perf.plan.UniversalScalabilityLaw.Interval;
import io.stentor.perf.plan.UniversalScalabilityLaw.Sample;
import io.stentor.perf.result.Knee;
import java.util.List;

/**
 * The Universal Scalability Law of the closed loop that a knee has.
 *
 * @param file that the points stand in.
 * @param problem why it was not fitted; null if it was, and then nothing else is null except as said.
 * @param points number of them.
 * @param lambda throughput of one under way, a second.
 * @param sigma contention.
 * @param kappa coherence.
 * @param peakInFlight under way where throughput is the most; null when it never falls.
 * @param peakThroughput the most that the law allows, a second; null when there is no limit.
 * @param relativeError of the fit.
 */
record Scaling(
        String file,
        String problem,
        int points,
        Estimate lambda,
        Estimate sigma,
        Estimate kappa,
        Estimate peakInFlight,
        Estimate peakThroughput,
        Double relativeError) {

    /**
     * A fitted value.
     *
     * @param value of it.
     * @param low end of its 95 %.
     * @param high end; null for no limit.
     */
    record Estimate(double value, double low, Double high) {
        static Estimate of(final double value, final Interval interval) {
            if (Double.isInfinite(value) || Double.isInfinite(interval.low())) {
                return null;
            }
            return new Estimate(value, interval.low(), Double.isInfinite(interval.high()) ? null : interval.high());
        }
    }

    /** Fits the law; null without a knee. */
    static Scaling of(final Measure engine) {
        if (engine == null) {
            return null;
        }
        final List<Knee.Concurrency> closed = engine.curve().result().knee().closed();
        try {
            final UniversalScalabilityLaw law = UniversalScalabilityLaw.fit(closed.stream()
                    .map(point -> new Sample(point.inFlight(), point.messagesPerSecond()))
                    .toList());
            return new Scaling(
                    engine.file(),
                    null,
                    closed.size(),
                    Estimate.of(law.lambda(), law.lambdaInterval()),
                    Estimate.of(law.sigma(), law.sigmaInterval()),
                    Estimate.of(law.kappa(), law.kappaInterval()),
                    Estimate.of(law.peakConcurrency(), law.peakConcurrencyInterval()),
                    Estimate.of(law.peakThroughput(), law.peakThroughputInterval()),
                    law.relativeError());
        } catch (final IllegalArgumentException ex) {
            return new Scaling(engine.file(), ex.getMessage(), closed.size(), null, null, null, null, null, null);
        }
    }
}
