package io.stentor.perf.report;

import java.io.IOException;

/** The library that draws plots in a page, as its WebJar brings it. */
final class UPlot {

    /** The same as {@code uplot.version} of the build: the WebJar has it in its paths. */
    private static final String ROOT = "/META-INF/resources/webjars/uplot/1.6.30/";

    private UPlot() {}

    /** Its script, with its licence at the head as that asks for. */
    static String script() throws IOException {
        return "/*! uPlot\n" + Resource.text(ROOT + "LICENSE").strip() + "\n*/\n"
                + Resource.text(ROOT + "dist/uPlot.iife.min.js");
    }

    /** Its style sheet. */
    static String style() throws IOException {
        return Resource.text(ROOT + "dist/uPlot.min.css");
    }
}
