/** Embeds the engine with one dependency. */
package io.stentor.example;
