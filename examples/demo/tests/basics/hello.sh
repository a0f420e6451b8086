#!/bin/bash
echo "This is $TMT_TEST_NAME, running in ${PWD#"$TMT_TREE"/} of the tree."
