package loam.nn;

import loam.autograd.Variable;

/** A layer that can apply ReLU to its output in the same pass, with the same numbers. */
interface FusesRelu {
    Variable computeRelu(Variable x);
}
